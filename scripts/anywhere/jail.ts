// The command line of bubblewrap that runs the suite in a root: what is mounted, who the user is, what the environment says.

/** A root to run in: arguments of bubblewrap that mount it, and the environment of the user. */
export type AnywhereRoot = {
  readonly mounts: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

/** The user's name and home in both roots, and where the clone lies. */
export const USER = "dev";
export const HOME = `/home/${USER}`;
const CLONE = `${HOME}/code/sallyport`;
const RESULTS = `${HOME}/results`;

/** Numbers that a first user has on most machines; never root, whom no missing right stops. */
const ID = "1000";

type Inside = {
  readonly clone: string;
  readonly results: string;
  readonly words: readonly string[];
};

export function jailArguments(root: AnywhereRoot, { clone, results, words }: Inside): string[] {
  const environment = {
    ...root.environment,
    HOME,
    USER,
    LOGNAME: USER,
    SALLYPORT_RUN_RESULTS: RESULTS,
  };
  return [
    ...["--unshare-user", "--uid", ID, "--gid", ID, "--unshare-ipc", "--unshare-uts"],
    ...["--die-with-parent", "--new-session"],
    ...root.mounts,
    // WHY not a proc of its own: tests that make jails need one that nothing lies on.
    ...["--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm"],
    ...["--bind", clone, CLONE, "--bind", results, RESULTS, "--chdir", CLONE],
    "--clearenv",
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
    ...words,
  ];
}
