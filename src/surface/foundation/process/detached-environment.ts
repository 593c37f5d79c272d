// The environment of processes of ours that outlive the one that started them.

/** Variables that such a process keeps; the rest (proxies, NODE_OPTIONS, the client's keys) stays behind. */
const KEPT_VARIABLES = ["HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;

/** WHY: the C library of Linux keeps an arena for each thread and seldom gives memory back; others ignore these. */
const MEMORY_VARIABLES = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" } as const;

/** Their environment: nothing by which a project or a launcher could steer it. */
export function daemonEnvironment(
  environment: NodeJS.ProcessEnv,
  root: string,
): Readonly<Record<string, string>> {
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    PATH: "/usr/local/bin:/usr/bin:/bin",
    SALLYPORT_HOME: root,
    ...MEMORY_VARIABLES,
  };
}
