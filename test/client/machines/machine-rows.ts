// Machines as people have them: what each is made of, as shell for who administers it and for the person, and what may not work there.

/**
 * One machine. In every text `$ROOT` is a folder of the row's own, `$HOME` the person's home and `$PROJECT` the project; nothing of it
 * is seen outside of the row.
 */
export type MachineRow = {
  readonly id: string;
  readonly title: string;
  /** What an administrator does, before anything of the person is there; in a mount namespace of its own. */
  readonly machine?: string;
  /** Where home and project lie; by default `$ROOT/home` and `$HOME/work/shop`. */
  readonly home?: string;
  readonly project?: string;
  /** What is there besides, made by the person in place of `git init` and a first commit. */
  readonly lay?: string;
  /** Variables of the person's terminal. */
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
  /** What happens between `init` and the session, in the person's shell. */
  readonly between?: string;
  /** Where the session has to take place after that. */
  readonly movedTo?: string;
  /** What `status` has to say where calls do not work as without us; without it all of them have to. */
  readonly says?: RegExp;
};

export const REPOSITORY = "git init -q . && git add -A && git commit -qm start";

/** All rows. */
export const machineRows: readonly MachineRow[] = [
  { id: "ordinary", title: "an ordinary user" },
  {
    id: "taken-temporary",
    title: "another account took the name of our folder in /tmp",
    machine:
      "mkdir -p $ROOT/tmp && chmod 1777 $ROOT/tmp && mount --bind $ROOT/tmp /tmp && mkdir -m 755 /tmp/sallyport-$PERSON",
  },
  {
    id: "home-spaces",
    title: "a home with spaces and letters of any alphabet",
    home: "$ROOT/Ada Grüße 家",
  },
  {
    id: "home-mounted",
    title: "a home on a file system of its own",
    machine: "mkdir -p $ROOT/home && mount -t tmpfs -o uid=$PERSON,mode=700 home $ROOT/home",
  },
  {
    id: "home-link",
    title: "a home that is a link",
    machine:
      "mkdir -p $ROOT/disk/ada && chown -R $PERSON $ROOT/disk && ln -s $ROOT/disk/ada $ROOT/home",
  },
  {
    id: "home-bound",
    title: "a home that is mounted at a second place too",
    machine:
      "mkdir -p $ROOT/disk/ada $ROOT/home && chown -R $PERSON $ROOT/disk && mount --bind $ROOT/disk/ada $ROOT/home",
  },
  {
    id: "home-noexec",
    title: "a home from which nothing is started (noexec)",
    machine: "mkdir -p $ROOT/home && mount -t tmpfs -o uid=$PERSON,mode=700,noexec home $ROOT/home",
  },
  {
    id: "project-worktree",
    title: "a project that is a worktree",
    lay: `mkdir -p ../main && mv .env ../env && mv ./* .gitignore ../main/ && cd ../main && ${REPOSITORY} && rmdir "$PROJECT" && git worktree add -q "$PROJECT" && mv ../env "$PROJECT/.env"`,
  },
  {
    id: "project-submodule",
    title: "a project that is a submodule",
    lay: `mkdir -p ../part && mv .env ../env && mv ./* .gitignore ../part/ && cd ../part && ${REPOSITORY} && rmdir "$PROJECT" && cd .. && git init -q . && git -c protocol.file.allow=always submodule --quiet add ./part shop && git commit -qm parts && mv env "$PROJECT/.env"`,
  },
  {
    id: "project-folder",
    title: "a folder of a larger repository",
    lay: `cd .. && git init -q . && git add -A && git commit -qm start`,
  },
  { id: "project-plain", title: "a project without git", lay: "true" },
  {
    id: "project-tmpfs",
    title: "a project in memory",
    machine: "mkdir -p $ROOT/memory && mount -t tmpfs -o uid=$PERSON memory $ROOT/memory",
    project: "$ROOT/memory/shop",
  },
  {
    id: "project-link",
    title: "a project below a link",
    machine:
      "mkdir -p $ROOT/disk/work && chown -R $PERSON $ROOT/disk && ln -s $ROOT/disk/work $ROOT/work",
    project: "$ROOT/work/shop",
  },
  {
    id: "project-temporary",
    title: "a project in /tmp",
    machine: "mkdir -p $ROOT/tmp && chmod 1777 $ROOT/tmp && mount --bind $ROOT/tmp /tmp",
    project: "/tmp/shop",
  },
  {
    id: "project-spaces",
    title: "a project with spaces, quotes and letters of any alphabet",
    project: "$HOME/my work/ada's shop grüße",
  },
  {
    id: "project-others",
    title: "a project whose folder belongs to another account, as a team's folder does",
    machine: "mkdir -p -m 2777 $ROOT/team/shop && chmod 777 $ROOT/team $ROOT/team/shop",
    project: "$ROOT/team/shop",
    lay: `git config --global --add safe.directory '*' && ${REPOSITORY}`,
  },
  {
    id: "mount-closed",
    title: "a mount below a directory that the user may not enter, as container engines make",
    machine:
      "mkdir -p $ROOT/engine/overlay/merged && mount -t tmpfs engine $ROOT/engine/overlay/merged && chmod 700 $ROOT/engine",
  },
  {
    id: "mount-overlay",
    title: "an overlay of a container that others may read",
    machine:
      "mkdir -p $ROOT/engine && mount -t tmpfs engine $ROOT/engine && mkdir -p $ROOT/engine/{lower,upper,work,merged} && mount -t overlay -o lowerdir=$ROOT/engine/lower,upperdir=$ROOT/engine/upper,workdir=$ROOT/engine/work engine $ROOT/engine/merged",
  },
  {
    id: "mount-snap",
    title: "images of programs below /snap, as snap mounts them",
    machine:
      "mkdir -p $ROOT/snap/core/1 $ROOT/snap/node/2 && mount -t tmpfs -o ro core $ROOT/snap/core/1 && mount -t tmpfs -o ro,nosuid node $ROOT/snap/node/2",
  },
  {
    id: "mount-wsl",
    title: "disks of Windows below /mnt, where everybody may write everything",
    machine:
      "mkdir -p $ROOT/c && mount --bind $ROOT/c /mnt && mkdir -p /mnt/c && mount -t tmpfs -o mode=777 drvfs /mnt/c && mkdir -m 777 /mnt/c/Users",
  },
  {
    id: "mount-gone",
    title: "a mount of a server that answers no more, which the user may not look at",
    machine:
      "mkdir -p $ROOT/nfs/share && mount -t tmpfs -o mode=000 server $ROOT/nfs/share && chmod 000 $ROOT/nfs",
  },
  {
    id: "mount-hidden-home",
    title: "homes of others beside one's own, closed",
    machine:
      "mkdir -p -m 700 $ROOT/bob $ROOT/eve && mkdir -m 700 $ROOT/bob/.ssh && chown -R 0:0 $ROOT/bob",
  },
  {
    id: "no-bubblewrap",
    title: "a machine without bubblewrap",
    machine:
      "mkdir -p $ROOT/empty && for one in /usr/bin/bwrap /usr/local/bin/bwrap; do [ ! -e $one ] || mount --bind /dev/null $one; done",
    says: /bubblewrap/i,
  },
  { id: "umask-077", title: "umask 077", umask: "077" },
  { id: "umask-002", title: "umask 002", umask: "002" },
  {
    id: "no-shared-memory",
    title: "no /dev/shm",
    machine: "mount -t tmpfs -o mode=000 none /dev/shm",
  },
  {
    id: "runtime-folder",
    title: "a folder of the login in /run/user",
    machine:
      "mount -t tmpfs -o mode=755 run /run && mkdir -p /run/user/$PERSON && chown $PERSON /run/user/$PERSON && chmod 700 /run/user/$PERSON",
    env: { XDG_RUNTIME_DIR: "/run/user/$PERSON" },
  },
  {
    id: "xdg-places",
    title: "data, caches and settings of programs at places of one's own",
    env: {
      XDG_DATA_HOME: "$HOME/.data",
      XDG_CACHE_HOME: "$HOME/.caches",
      XDG_CONFIG_HOME: "$HOME/.settings",
      TMPDIR: "$HOME/.tmp",
    },
    lay: `mkdir -p "$HOME/.tmp" && ${REPOSITORY}`,
  },
  {
    id: "proxy",
    title: "a proxy in the variables, and none for this machine",
    env: {
      HTTP_PROXY: "http://127.0.0.1:9",
      HTTPS_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "localhost,127.0.0.1",
    },
  },
  {
    id: "moved",
    title: "the project is moved after init",
    between: 'mv "$PROJECT" "$HOME/work/store"',
    movedTo: "$HOME/work/store",
    says: /moved|copied|is gone|not there/i,
  },
  {
    id: "moved-again",
    title: "the project is moved, and init is run again",
    between: 'mv "$PROJECT" "$HOME/work/store" && sallyport init "$HOME/work/store" --yes',
    movedTo: "$HOME/work/store",
  },
  {
    id: "copied",
    title: "the project is copied after init, and the copy worked in",
    between: 'cp -a "$PROJECT" "$HOME/work/copy"',
    movedTo: "$HOME/work/copy",
    says: /copied|copy/i,
  },
  {
    id: "node-replaced",
    title: "a version manager takes the node that init was run with away",
    between: 'rm -rf "$HOME/.versions/node/v1"',
    lay: `mkdir -p "$HOME/.versions/node/v1/bin" && cp "$(command -v node)" "$HOME/.versions/node/v1/bin/node" && ${REPOSITORY}`,
    env: { PATH: "$HOME/.versions/node/v1/bin:/usr/local/bin:/usr/bin:/bin" },
  },
  {
    id: "daemon-killed",
    title: "the daemon is killed before the session",
    between: "sallyport daemon stop",
  },
  {
    id: "dangling",
    title: "links into nowhere at each place that the client reads",
    lay: `${REPOSITORY} && mkdir -p .claude && for one in .mcp.json .envrc .vscode CLAUDE.md .claude/agents .claude/commands .env.production; do ln -s "$HOME/nowhere/$one" "$one"; done`,
  },
  {
    id: "closed-folder",
    title: "a folder of the project that the user may not enter",
    lay: `${REPOSITORY} && mkdir -p data/locked && chmod 000 data/locked`,
  },
];
