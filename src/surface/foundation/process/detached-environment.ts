// The environment of processes of ours that outlive the one that started them.
import { isAbsolute, join } from "node:path";

/** Variables that such a process keeps; the rest (proxies, NODE_OPTIONS, the client's keys) stays behind. */
const KEPT_VARIABLES = ["HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;

/**
 * WHY: the C library of Linux keeps an arena for each thread and seldom gives memory back; others ignore these. Of 53 MB of an arena
 * 46 were holes between pieces in use after 2,400 calls: pieces of 32 KB and more are taken from the system one by one.
 */
const MEMORY_VARIABLES = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "32768",
} as const;

const CLIENT_CONFIG = "CLAUDE_CONFIG_DIR";

/** The client's configuration directory where a variable moves it; a relative one means nothing to a process of another directory. */
export function clientConfig(environment: NodeJS.ProcessEnv): string | undefined {
  const value = environment[CLIENT_CONFIG];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

/** The client's configuration directory, as its variable names it, or else in the home. */
export function configDirectoryIn(environment: NodeJS.ProcessEnv, home: string): string {
  return environment[CLIENT_CONFIG] ?? join(home, ".claude");
}

/** Their environment: nothing by which a project or a launcher could steer it. */
export function daemonEnvironment(
  environment: NodeJS.ProcessEnv,
  root: string,
): Readonly<Record<string, string>> {
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Where the client keeps what it knows of sessions: read, never run.
  const config = clientConfig(environment);
  return {
    ...Object.fromEntries(kept),
    ...(config === undefined ? {} : { [CLIENT_CONFIG]: config }),
    PATH: "/usr/local/bin:/usr/bin:/bin",
    SALLYPORT_HOME: root,
    ...MEMORY_VARIABLES,
  };
}
