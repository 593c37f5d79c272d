// How a process of ours is started that outlives the one that starts it.

/** How a daemon process is started. */
export type Launch = {
  /** Such as `[main.js, "daemon", "run"]`. */
  readonly nodeArguments: readonly string[];
  /** Absolute; this process's own unless named. */
  readonly node?: string;
  /** Of which the daemon keeps a few variables; this process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Lets a service manager start it, where one has it in its care; says whether it did. */
  readonly byManager?: () => Promise<boolean>;
};
