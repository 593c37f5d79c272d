// Machines as people have them: what each is made of, as shell for who administers it and for the person, and what may not work there.

/**
 * One machine. In every text `$ROOT` is a folder of the row's own, `$HOME` the person's home and `$PROJECT` the project, `$PERSON` and
 * `$OTHER` the numbers of the person's account and of another one, `$SALLYPORT` the words that run the program; nothing of it
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
  /** Variables of the person's terminal; those in which `init` is run and nothing else; those after `init`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly atInit?: Readonly<Record<string, string>>;
  readonly afterInit?: Readonly<Record<string, string>>;
  /** Every project of the person is guarded, in place of this one. */
  readonly isForUser?: boolean;
  readonly umask?: string;
  /** What happens between `init` and the session, in the person's shell. */
  readonly between?: string;
  /** Where the session has to take place after that. */
  readonly movedTo?: string;
  /** What `status` has to say where calls do not work as without us; without it all of them have to. */
  readonly says?: RegExp;
  /** What `init` or `status` has to say where nothing is guarded, and each call runs as without us. */
  readonly isOpen?: RegExp;
  /** A file without which there is no such machine. */
  readonly needs?: string;
};

export const REPOSITORY = "git init -q . && git add -A && git commit -qm start";

/** A home in which nothing can be made but in the folders of the client. WHY not before: the client's first start is no part of this. */
const CLOSED_HOME = `${REPOSITORY} && mkdir -p "$HOME/.claude" && touch "$HOME/.claude.json" && chmod 500 "$HOME"`;
const PROXIES = { HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
const FAKE_TIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
/** Makes the folder `$ROOT/disk` unchangeable once the person has laid out what is in it. */
const SEALED_DISK =
  "mkdir -p $ROOT/disk && mount -t tmpfs -o uid=$PERSON disk $ROOT/disk && { (until [ -e $ROOT/laid ]; do sleep 0.1; done; mount -o remount,ro $ROOT/disk && touch $ROOT/sealed) & }";
const SEAL = `${REPOSITORY} && touch "$ROOT/laid" && until [ -e "$ROOT/sealed" ]; do sleep 0.1; done`;
/** The daemon of this person alone. */
const DAEMON = 'pgrep -u $PERSON -f "$HOME/.*[d]aemon run"';

/** All rows. */
export const machineRows: readonly MachineRow[] = [
  { id: "ordinary", title: "an ordinary user" },
  {
    id: "second-account",
    title: "another account guards a project of its own",
    machine:
      "mkdir -m 700 $ROOT/eve && chown $OTHER $ROOT/eve && cd $ROOT/eve && setpriv --reuid $OTHER --regid $OTHER --clear-groups env HOME=$ROOT/eve USER=eve bash -ec 'git init -q shop && node $SALLYPORT init shop --yes && node $SALLYPORT daemon --ensure' >$ROOT/eve.said 2>&1; cd /",
  },
  {
    id: "number-alone",
    title: "an account that the user database does not know, as in containers",
    machine:
      'grep -v "^[^:]*:[^:]*:$PERSON:" /etc/passwd >$ROOT/passwd && mount --bind $ROOT/passwd /etc/passwd',
  },
  {
    id: "no-home",
    title: "a user without a home of their own: nothing can be made there",
    lay: CLOSED_HOME,
    isOpen: /cannot create .*check the disk and its rights, or name another place/,
  },
  {
    id: "no-home-data",
    title: "a user without a home of their own, whose data have another place",
    env: {
      XDG_DATA_HOME: "$ROOT/data/share",
      XDG_CACHE_HOME: "$ROOT/data/cache",
      XDG_CONFIG_HOME: "$ROOT/data/config",
    },
    lay: `mkdir -p "$ROOT/data" && ${CLOSED_HOME}`,
  },
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
    isOpen: /nothing can be started in .* name another place/,
  },
  {
    id: "home-noexec-data",
    title: "a home from which nothing is started (noexec), and data at another place",
    machine: "mkdir -p $ROOT/home && mount -t tmpfs -o uid=$PERSON,mode=700,noexec home $ROOT/home",
    env: { SALLYPORT_HOME: "$ROOT/data" },
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
    id: "project-readonly",
    title: "a project that cannot be changed",
    machine: SEALED_DISK,
    project: "$ROOT/disk/shop",
    lay: SEAL,
    isOpen: /cannot write .*check the disk and its rights/,
  },
  {
    id: "project-readonly-user",
    title: "a project that cannot be changed, guarded with all of the person's",
    machine: SEALED_DISK,
    project: "$ROOT/disk/shop",
    lay: SEAL,
    isForUser: true,
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
    id: "mount-flatpak",
    title: "documents that flatpak shares below /run/user, and programs of its own",
    machine:
      "mount -t tmpfs -o mode=755 run /run && mkdir -p /run/user/$PERSON /run/flatpak && chown $PERSON /run/user/$PERSON && chmod 700 /run/user/$PERSON && mkdir /run/user/$PERSON/doc && mount -t tmpfs -o uid=$PERSON,mode=500,nosuid,nodev portal /run/user/$PERSON/doc && mkdir -p $ROOT/flatpak/app && mount -t tmpfs -o ro,mode=755 flatpak $ROOT/flatpak/app",
    env: { XDG_RUNTIME_DIR: "/run/user/$PERSON" },
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
  {
    id: "no-namespaces",
    title: "a machine on which users make no namespaces (user.max_user_namespaces 0)",
    machine:
      'unshare --user tail --pid=$$ -f /dev/null & at=$!; until [ "$(readlink /proc/$at/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.1; done; for map in uid_map gid_map; do echo "0 0 4294967295" >/proc/$at/$map; done; nsenter --target $at --user -- bash -c "echo 0 >/proc/sys/user/max_user_namespaces"; exec nsenter --target $at --user -- "$@"',
    says: /namespace/i,
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
    id: "no-login",
    title: "no systemd, no /run/user and no D-Bus, whatever the variables say",
    machine: "mount -t tmpfs -o mode=755 run /run",
    env: {
      XDG_RUNTIME_DIR: "/run/user/$PERSON",
      DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/$PERSON/bus",
    },
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
    env: { ...PROXIES, NO_PROXY: "localhost,127.0.0.1" },
  },
  {
    id: "proxy-before",
    title: "a proxy in the variables of init that is gone since",
    atInit: { ...PROXIES, NO_PROXY: "localhost,127.0.0.1" },
  },
  {
    id: "proxy-after",
    title: "a proxy in the variables that came after init",
    afterInit: { ...PROXIES, NO_PROXY: "localhost,127.0.0.1" },
  },
  {
    id: "clock-back",
    title: "the clock is set back by two days after init",
    needs: FAKE_TIME,
    atInit: { LD_PRELOAD: FAKE_TIME, FAKETIME: "+2d", NO_FAKE_STAT: "1" },
    between: "sallyport daemon stop",
    says: /daemon/i,
  },
  {
    id: "moved",
    title: "the project is moved after init",
    between: 'mv "$PROJECT" "$HOME/work/store"',
    movedTo: "$HOME/work/store",
  },
  {
    id: "moved-again",
    title: "the project is moved, and init is run again",
    between: 'mv "$PROJECT" "$HOME/work/store" && sallyport init "$HOME/work/store" --yes',
    movedTo: "$HOME/work/store",
  },
  {
    id: "renamed",
    title: "the folder in which the project lies is renamed after init",
    between: 'mv "$HOME/work" "$HOME/job"',
    movedTo: "$HOME/job/shop",
  },
  {
    id: "deleted",
    title:
      "the project is deleted after init, and comes back from elsewhere without what init put in",
    between:
      'cp -a "$PROJECT" "$ROOT/kept" && rm -rf "$PROJECT" "$ROOT/kept/.claude" && mv "$ROOT/kept" "$PROJECT"',
    isOpen: /NOT in force|not guarded/i,
  },
  {
    id: "copied",
    title: "the project is copied after init, and the copy worked in",
    between: 'cp -a "$PROJECT" "$HOME/work/copy"',
    movedTo: "$HOME/work/copy",
  },
  {
    id: "node-replaced",
    title: "a version manager takes the node that init was run with away",
    between: 'rm -rf "$HOME/.versions/node/v1"',
    lay: `mkdir -p "$HOME/.versions/node/v1/bin" && cp "$(command -v node)" "$HOME/.versions/node/v1/bin/node" && ${REPOSITORY}`,
    env: { PATH: "$HOME/.versions/node/v1/bin:/usr/local/bin:/usr/bin:/bin" },
  },
  {
    id: "node-upgraded",
    title: "a version manager puts another node in the place of the one that init was run with",
    between: 'cd "$HOME/.versions/node" && mv v1 v2 && ln -sfn v2 current',
    lay: `mkdir -p "$HOME/.versions/node/v1/bin" && cp "$(command -v node)" "$HOME/.versions/node/v1/bin/node" && ln -s v1 "$HOME/.versions/node/current" && ${REPOSITORY}`,
    env: { PATH: "$HOME/.versions/node/current/bin:/usr/local/bin:/usr/bin:/bin" },
  },
  {
    id: "daemon-killed",
    title: "the daemon is killed before the session",
    between: "sallyport daemon stop",
    says: /daemon/i,
  },
  {
    id: "slept",
    title: "everything of ours stands still before the session, as in a computer that sleeps",
    between: `for one in $(${DAEMON}); do kill -STOP $one; done; sleep 30; for one in $(${DAEMON}); do kill -CONT $one; done`,
  },
  {
    id: "stopped",
    title: "the daemon is stopped (SIGSTOP) and goes on during the session",
    between: `for one in $(${DAEMON}); do kill -STOP $one; (sleep 60; kill -CONT $one) >/dev/null 2>&1 & done`,
    says: /daemon/i,
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
