// What code in a held call was tried to get out with: each a command or several, and what a person does after it outside.
import { linkSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { HeldMachine } from "./held.ts";

/** Where an attempt is made. */
export type Ground = {
  readonly machine: HeldMachine;
  readonly project: string;
  readonly home: string;
  /** What code that got out leaves: a file of the home. */
  readonly mark: string;
  /** Runs a line as the person, outside. */
  readonly outside: (line: string) => string;
};

export type Attempt = {
  readonly name: string;
  readonly before?: (ground: Ground) => void;
  /** Commands of calls, one after the other. */
  readonly calls: (ground: Ground) => readonly string[];
  /** What the person runs afterwards, outside. */
  readonly after?: (ground: Ground) => string;
  /** What its last call must say: by it is known that the attempt was made. */
  readonly says?: RegExp;
  /** The last call is refused as a whole. */
  readonly isRefused?: true;
  /** What it leaves makes calls fail for a while: the last one is made until it runs. */
  readonly settles?: true;
  /** Why it is possible all the same. */
  readonly possible?: string;
  /** It is seen to get what others must not get. */
  readonly gets?: true;
};

type Family = readonly [family: string, attempts: readonly Attempt[]];

/** One call, tried and then gone on. */
function one(
  name: string,
  command: (ground: Ground) => string,
  rest: Partial<Attempt> = {},
): Attempt {
  return { name, calls: (ground) => [`${command(ground)}\necho tried`], says: /tried/, ...rest };
}

/** Calls that read the secret by a line of Python that has the C library as `l`. */
function python(
  name: string,
  code: (ground: Ground) => string,
  rest: Partial<Attempt> = {},
): Attempt {
  return one(
    name,
    (ground) =>
      `/usr/bin/python3 - <<'END'\nimport ctypes,os,socket,sys,struct\nl=ctypes.CDLL(None,use_errno=True)\ntry:\n${code(
        ground,
      )
        .split("\n")
        .map((line) => `  ${line}`)
        .join("\n")}\nexcept Exception as e: print("refused",e)\nEND`,
    rest,
  );
}

const AS = "-c user.name=x -c user.email=x@example.test";

export const FAMILIES: readonly Family[] = [
  [
    "namespaces and mounts",
    [
      one("unmounts the mask", () => "umount .env; umount -l .env; cat .env"),
      one("unmounts all that is mounted", () => "umount -a -l; cat .env sec/.env"),
      one(
        "makes a user namespace and unmounts there",
        () => "unshare -Urm sh -c 'umount .env; cat .env'",
      ),
      one(
        "makes a user namespace with a fork in between",
        () => "unshare -Urmpf --mount-proc sh -c 'umount -l .env; cat .env'",
      ),
      one(
        "remounts the root for writing",
        ({ home }) =>
          `mount -o remount,rw /; mount -o remount,bind,rw "${home}"; echo x >"${home}/.bashrc"`,
      ),
      one(
        "remounts the kernel's settings for writing",
        () =>
          "mount -o remount,rw /proc/sys; umount /proc/sys; echo '|/bin/false' >/proc/sys/kernel/core_pattern",
      ),
      one(
        "binds the project elsewhere",
        () => "mkdir -p /tmp/b; mount --bind . /tmp/b; cat /tmp/b/.env",
      ),
      one(
        "lays an overlay over the project",
        () =>
          "mkdir -p /tmp/u /tmp/w /tmp/m; mount -t overlay -o lowerdir=$PWD,upperdir=/tmp/u,workdir=/tmp/w o /tmp/m; cat /tmp/m/.env",
      ),
      one(
        "mounts the disk",
        () =>
          "for d in $(awk '{print $4}' /proc/partitions); do mount /dev/$d /tmp; mknod /tmp/d b 254 0; head -c 9 /dev/$d; done",
      ),
      one("changes its root", () => "chroot /proc/1/root cat .env; pivot_root . .; cat .env"),
      one(
        "enters the namespaces of the keeper",
        () =>
          "nsenter -t 1 -m -p -n cat $PWD/.env; nsenter -t 1 -U --preserve-credentials -m cat $PWD/.env",
      ),
      one(
        "starts a bubblewrap of its own",
        () => "bwrap --bind / / --dev /dev cat .env; bwrap --unshare-user --bind / / umount .env",
      ),
      python(
        "opens the tree anew by the newer calls for mounts",
        ({ project }) =>
          `fd=l.syscall(428,-100,b"${project}",1)\nprint(fd)\nr=l.syscall(429,fd,b"",-100,b"/tmp",4)\nprint(open("/tmp/.env").read())`,
      ),
      python(
        "sets the attributes of the mount",
        ({ home }) =>
          `a=struct.pack("QQQQ",0,1,0,0)\nprint(l.syscall(442,-100,b"${home}",0,a,32))\nopen("${home}/.bashrc","a").write("x")`,
      ),
      python(
        "makes a process with new namespaces by clone",
        () =>
          `print(l.syscall(56,0x10000000|0x20000|17,0,0,0,0), ctypes.get_errno())\nl.umount2(b".env",2)\nprint(open(".env").read())`,
      ),
    ],
  ],
  [
    "the kernel's files",
    [
      one(
        "writes the kernel's settings",
        () =>
          "for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/vm/swappiness; do echo '|/bin/false' >$f; done",
      ),
      one(
        "asks for the system request",
        () => "echo h >/proc/sysrq-trigger; echo x >/proc/sys/kernel/sysrq",
      ),
      one(
        "reads through other processes' roots",
        ({ project }) =>
          `for p in /proc/[0-9]*; do head -c 99 $p/root${project}/.env 2>/dev/null; done | grep -v Hidden`,
      ),
      one(
        "reads through other processes' directories and files",
        () =>
          "for p in /proc/[0-9]*; do cat $p/cwd/.env; for f in $p/fd/*; do timeout .2 head -c 99 $f </dev/null; done; done 2>/dev/null | grep -av Hidden | head -c 4000",
      ),
      one(
        "reads the environment of the first processes",
        () => "cat /proc/[0-9]*/environ | tr '\\0' '\\n'; env",
      ),
      one(
        "reads memory",
        () =>
          "for p in /proc/[0-9]*; do dd if=$p/mem bs=1 count=1; done; head -c 9 /proc/kcore /dev/mem /dev/kmem /dev/port",
      ),
      one(
        "writes to the kernel's own file systems",
        () =>
          "find /sys -type f -name 'uevent' 2>/dev/null | head -3 | while read -r f; do echo add >$f; done; mkdir /sys/fs/cgroup/out; echo 1 >/sys/fs/cgroup/cgroup.procs",
      ),
      one(
        "registers a program for a kind of file",
        () => "echo ':x:M::x::/bin/sh:' >/proc/sys/fs/binfmt_misc/register",
      ),
      one(
        "reads the kernel's messages",
        () => "dmesg; head -c 1 /dev/kmsg; timeout .2 cat /proc/kmsg",
      ),
    ],
  ],
  [
    "other processes",
    [
      python(
        "traces processes beside it",
        () =>
          `for p in os.listdir("/proc"):\n  if p.isdigit() and int(p) not in (os.getpid(),os.getppid()):\n    n=open("/proc/%s/comm"%p).read().strip()\n    r=l.ptrace(16,int(p),0,0) if n in ("sh","bwrap","sleep") else -1\n    print(n,r)\n    assert r==-1 or n=="bwrap"`,
      ),
      python(
        "reads the memory of the keeper",
        () =>
          `b=ctypes.create_string_buffer(99)\nclass V(ctypes.Structure): _fields_=[("b",ctypes.c_void_p),("l",ctypes.c_size_t)]\na=int(open("/proc/1/maps").readline().split("-")[0],16)\nprint(l.process_vm_readv(1,ctypes.byref(V(ctypes.addressof(b),99)),1,ctypes.byref(V(a,99)),1,0))`,
      ),
      python(
        "takes open files of other processes",
        () =>
          `for p in os.listdir("/proc"):\n  if p.isdigit() and int(p)!=os.getpid():\n    f=os.pidfd_open(int(p))\n    for n in range(12):\n      g=l.syscall(438,f,n,0)\n      if g>=0 and os.path.exists("/proc/self/fd/%d"%g):\n        try: print(os.pread(g,200,0))\n        except OSError: pass`,
      ),
      {
        name: "ends the keeper, and everything else",
        calls: () => [
          "(kill -9 1; kill -STOP 1; kill -TERM 1; kill -SEGV 1) 2>&1; kill -9 -1",
          "echo still $(ps -o pid= -p 1)",
        ],
        says: /still *1/,
      },
      one(
        "changes the limits of other processes",
        () => "prlimit --pid 1 --nofile=1; renice -n 19 -p 1; ionice -c3 -p 1; chrt -p -f 9 $$",
      ),
      one(
        "sees processes of the machine",
        ({ machine }) =>
          `ps -e -o args= | grep -v 'ps -e' | grep -c '${machine.root.slice(-6)}[.]*[h]old-driver'`,
        { says: /^0\ntried/ },
      ),
    ],
  ],
  [
    "sockets and the network",
    [
      one(
        "connects to a socket of the home",
        ({ home }) => `socat -T1 - UNIX-CONNECT:"${home}/victim/named.sock" </dev/null`,
      ),
      one(
        "connects to a socket that was bound by a relative name",
        ({ home }) => `socat -T1 - UNIX-CONNECT:"${home}/victim/relative.sock" </dev/null`,
      ),
      one(
        "connects to an abstract socket",
        ({ machine }) => `socat -T1 - ABSTRACT-CONNECT:held-${machine.root.slice(-6)} </dev/null`,
      ),
      one(
        "connects to a port of the machine",
        ({ machine }) =>
          `for h in 127.0.0.1 localhost '[::1]' 0.0.0.0; do socat -T1 - TCP:$h:${portOf(machine)},connect-timeout=1 </dev/null; done`,
      ),
      one(
        "connects to a host",
        () =>
          "socat -T1 - TCP:192.0.2.1:80,connect-timeout=1 </dev/null; ip route add default dev lo; curl -m 1 -s http://192.0.2.1/",
      ),
      one(
        "makes a network of its own",
        () =>
          "ip link add d0 type dummy; ip addr add 192.0.2.7/24 dev lo; ip netns add x; iptables -L",
      ),
      python(
        "speaks to the kernel by netlink",
        () =>
          `s=socket.socket(16,3,9)\ns.bind((0,1))\ns.send(struct.pack("IHHII",16,1000,5,1,0))\nprint(s.recv(99))`,
      ),
      python(
        "opens raw sockets",
        () =>
          `for f,t,p in ((2,3,255),(17,3,768),(40,1,0)):\n  try: print(socket.socket(f,t,p))\n  except OSError as e: print(e)`,
      ),
      one(
        "asks services of the machine",
        () =>
          "for s in /run/docker.sock /var/run/docker.sock /run/dbus/system_bus_socket /run/systemd/private; do socat -T1 - UNIX-CONNECT:$s </dev/null; done; ls -A /run",
      ),
    ],
  ],
  [
    "tickets",
    [
      one(
        "reads the data directory",
        ({ machine: { data } }) =>
          `ls -laR "${data}"; cat "${data}"/*/* "${data}"/hold/tickets/*/*`,
      ),
      one(
        "writes into the data directory",
        ({ machine: { data } }) =>
          `echo x >"${data}/hold/run"; mkdir -p "${data}/hold/tickets/00000000000000000000"; chmod 777 "${data}"; touch "${data}/x"`,
      ),
      one(
        "moves the data directory away",
        ({ machine: { data } }) => `mv "${data}" "${data}2"; rm -rf "${data}"; rmdir "${data}"`,
      ),
      one(
        "reads the options of its own call",
        () =>
          "ls -A /run/sallyport; cat /proc/*/fd/9 /run/sallyport/args; head -c 99 /run/sallyport/start",
      ),
      one(
        "changes its own command and mounts",
        () =>
          "echo x >/run/sallyport/cmd; echo x >/run/sallyport/mounts; mv /run/sallyport /run/s2; rm -rf /run/sallyport",
      ),
      {
        name: "says that it ended somewhere outside",
        calls: ({ home }) => [
          `trap - EXIT; printf '%s' '${home}/victim; touch ${home}/ran-outside' >|/run/sallyport/cwd; echo tried`,
        ],
        says: /tried/,
      },
      {
        name: "writes a command where its directory is told",
        calls: ({ mark }) => [
          `trap - EXIT; printf '%s' '$(touch ${mark})\`touch ${mark}\`' >|/run/sallyport/cwd; echo tried`,
        ],
        says: /tried/,
      },
      {
        name: "writes a lot where its directory is told",
        calls: () => [
          "trap - EXIT; head -c 30000000 /dev/zero | tr '\\0' a >|/run/sallyport/cwd; echo tried",
        ],
        says: /tried/,
      },
      one(
        "reads the client's own file for the directory",
        () => "ls /tmp/claude-*-cwd; echo /etc >/tmp/claude-0000-cwd",
      ),
      one(
        "takes the scratch directory of another session",
        ({ machine: { uid } }) =>
          `ls -A /tmp/sallyport-${uid} | grep -v "$(stat -c %n /tmp/sallyport-${uid}/* | head -1 | xargs basename)"; ls -la /tmp/..`,
      ),
      {
        name: "puts a link where the next call's scratch is mounted from",
        calls: ({ home, machine: { uid } }) => [
          `rm -rf /tmp/.var /var/tmp/.[!.]*; ln -s "${home}/victim" /tmp/.var; for d in /tmp/sallyport-${uid}/*; do ln -s "${home}/victim" $d.var; rmdir $d; ln -s "${home}/victim" $d; done`,
          "for d in /tmp /var/tmp; do echo x >$d/from-inside; done; echo tried; rm -f /tmp/.var",
        ],
        says: /tried/,
      },
    ],
  ],
  [
    "masks",
    [
      one(
        "reads by every program at hand",
        () =>
          'cat .env; cp .env /tmp/c; tar c .env sec | strings | head -20; dd if=.env; python3 -c \'print(open(".env").read())\'; node -e \'console.log(require("fs").readFileSync(".env","utf8"))\'; sqlite3 :memory: ".import .env t" \'select * from t\'; cp -r sec /tmp/sec2; cat /tmp/sec2/.env; sort .env; git diff --no-index /dev/null .env',
      ),
      python(
        "opens by handle",
        ({ project }) =>
          `h=ctypes.create_string_buffer(struct.pack("II",128,0)+b"\\0"*128)\nm=ctypes.c_int()\nprint(l.name_to_handle_at(-100,b"${project}",h,ctypes.byref(m),0))\nf=l.open_by_handle_at(os.open(".",0),h,0)\nprint(f,ctypes.get_errno())\nprint(open("/proc/self/fd/%d/.env"%f).read())`,
      ),
      one(
        "reads through its own root",
        ({ project }) =>
          `cat /proc/self/root${project}/.env /proc/self/cwd/.env /dev/fd/../cwd/.env`,
      ),
      one(
        "makes a hard link to the secret",
        () => "ln .env plain.txt; cat plain.txt; ln -L .env p2; cp -l .env p3; cat p2 p3",
      ),
      one(
        "moves the mask away",
        () =>
          "mv .env env2; cat env2; rm -f .env; cat .env; git mv .env x; mv sec sec2; cat sec2/.env",
      ),
      {
        name: "moves the directory of a secret for the next call",
        calls: () => ["mv sec sec2; mkdir -p sec", "cat sec2/.env sec/.env; echo tried"],
        says: /tried/,
      },
      {
        name: "moves the project itself",
        calls: ({ project }) => [
          `mv ${project} ${project}2; mv "${join(project, "..")}" /tmp/x`,
          `cat ${project}2/.env; echo tried`,
        ],
        says: /tried/,
      },
      {
        name: "makes the directory of a secret unreadable for the look-up",
        calls: () => ["chmod 000 sec", "chmod 755 sec; cat sec/.env; echo tried"],
        says: /tried/,
      },
      {
        name: "leaves names and takes the way",
        calls: () => ["chmod 444 sec", "chmod 755 sec; cat sec/.env; echo tried"],
        says: /tried/,
      },
      {
        name: "hides a secret among more entries than are looked at",
        before: ({ machine, project, outside }) => {
          outside(`cd '${project}/many' && seq 20001 | xargs touch`);
          machine.file(join(project, "many", ".env"), `A=${machine.canary}\n`);
        },
        calls: () => ["cat many/.env; echo tried"],
        isRefused: true,
      },
      one("reads a hard link that was there before", () => "cat other-name.txt", {
        before: ({ project }) => linkSync(join(project, ".env"), join(project, "other-name.txt")),
      }),
      one("reads a hard link in another directory", () => "cat src/other-name.txt", {
        before: ({ project }) =>
          linkSync(join(project, "sec/.env"), join(project, "src/other-name.txt")),
      }),
      one("follows links of the project", () => "cat link up/.env", {
        before: ({ project }) => {
          symlinkSync(".env", join(project, "link"));
          symlinkSync("sec", join(project, "up"));
        },
      }),
      one(
        "reads the secrets of the home",
        ({ home }) =>
          `cat "${home}/.ssh/id_ed25519" "${home}/.aws/credentials" "${home}/.claude/.credentials.json" "${home}/victim/.env"; ls -la "${home}/.ssh"`,
      ),
      one(
        "changes the rights of what is hidden",
        ({ home }) =>
          `chmod 777 .env "${home}/.ssh" sec/.env; chown $(id -u) .env; setfacl -m u:$(id -u):r .env; cat .env "${home}/.ssh/id_ed25519"`,
      ),
      one(
        "maps the file into memory, and exchanges it",
        () =>
          `/usr/bin/python3 -c 'import mmap,os;f=os.open(".env",0);print(mmap.mmap(f,0,prot=1).read(99))'; /usr/bin/python3 -c 'import ctypes;l=ctypes.CDLL(None);open("x","w").write("x");print(l.renameat2(-100,b"x",-100,b".env",2))'; cat x`,
      ),
      python(
        "reads by a ring of the kernel",
        () =>
          `print(l.syscall(425,8,ctypes.create_string_buffer(120)))\nprint(open(os.open(".env",os.O_PATH|os.O_NOFOLLOW),closefd=False))`,
      ),
      one(
        "reads what git stored of an untracked secret",
        () =>
          `git ${AS} add -fA; git ${AS} commit -qm x; git show HEAD:.env HEAD:sec/.env; git stash -a; git stash show -p --include-untracked`,
      ),
      one("reads a secret that a person committed", () => "git show HEAD:kept/.env", {
        before: ({ machine, project, outside }) => {
          machine.file(join(project, "kept/.env"), `A=${machine.canary}\n`);
          outside(`cd '${project}' && git add -f kept/.env && git ${AS} commit -qm kept`);
        },
        possible:
          "what a person committed lies in git's objects under a name that no policy knows; the evaluator refuses `git show HEAD:.env`",
        gets: true,
      }),
    ],
  ],
  [
    "later execution outside",
    [
      one(
        "writes hooks of git",
        ({ mark }) =>
          `printf '#!/bin/sh\\ntouch ${mark}' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; mv .git/hooks .git/h2`,
        { after: committing },
      ),
      one(
        "makes the directory of hooks",
        ({ mark }) =>
          `mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch ${mark}' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`,
        {
          before: ({ outside, project }) => outside(`rm -rf '${project}/.git/hooks'`),
          after: committing,
        },
      ),
      one(
        "sets programs in git's settings",
        ({ mark }) =>
          `git config core.fsmonitor 'touch ${mark}'; git config core.hooksPath evil; git config core.sshCommand 'touch ${mark}'; git config alias.st '!touch ${mark}'; printf '[core]\\nfsmonitor=touch ${mark}\\n' >>.git/config`,
        { after: looking },
      ),
      one(
        "moves git's directory away and makes another",
        ({ mark }) =>
          `mv .git .git2; rm -rf .git; git init -q .; git config core.fsmonitor 'touch ${mark}'`,
        { after: looking },
      ),
      one(
        "names another common directory for git",
        ({ mark }) =>
          `mkdir -p evil; cp -r .git/. evil/; printf '[core]\\nfsmonitor=touch ${mark}\\n' >evil/config; echo ../evil >.git/commondir`,
        { after: looking },
      ),
      one(
        "does so by a link",
        ({ mark }) =>
          `mkdir -p evil; cp -r .git/. evil/; printf '[core]\\nfsmonitor=touch ${mark}\\n' >evil/config; echo ../evil >evil/where; ln -s ../evil/where .git/commondir`,
        { after: looking },
      ),
      one(
        "writes settings of a working tree",
        ({ mark }) => `printf '[core]\\nfsmonitor=touch ${mark}\\n' >.git/config.worktree`,
        {
          before: ({ outside, project }) =>
            outside(`cd '${project}' && git config extensions.worktreeConfig true`),
          after: looking,
        },
      ),
      one(
        "writes settings and hooks of a submodule",
        ({ mark }) =>
          `printf '[core]\\nfsmonitor=touch ${mark}\\n' >>.git/modules/part/config; mkdir -p .git/modules/part/hooks; printf '#!/bin/sh\\ntouch ${mark}' >.git/modules/part/hooks/post-checkout; chmod +x .git/modules/part/hooks/*`,
        { before: withSubmodule, after: looking },
      ),
      one(
        "leads a working tree to another repository",
        ({ mark }) =>
          `mkdir -p evil; cp -r .git/. evil/; printf '[core]\\nfsmonitor=touch ${mark}\\n' >evil/config; echo $PWD/evil >.git/worktrees/tree/commondir`,
        {
          before: ({ outside, project }) =>
            outside(`cd '${project}' && git worktree add -q ../tree`),
          after: ({ project }) => `cd '${project}/../tree' && git status -s`,
        },
      ),
      {
        name: "names a directory of the home as its repository",
        calls: ({ project, home }) => [
          `mkdir -p fake n; echo 'gitdir: ${project}/fake' >n/.git; echo '${project}/n/.git' >fake/gitdir; echo '${home}/victim' >fake/commondir`,
          `echo x >'${home}/victim/from-inside'; echo tried`,
        ],
        says: /tried/,
      },
      {
        name: "names it from the place where git would",
        calls: ({ project, home }) => [
          `mkdir -p fake/worktrees/t n; cd fake; git init -q --bare .; cd ..; mkdir -p fake/worktrees/t; echo 'gitdir: ${project}/fake/worktrees/t' >n/.git; echo '${project}/n/.git' >fake/worktrees/t/gitdir; ln -s '${home}/victim' fake/worktrees/t/up; echo up >fake/worktrees/t/commondir`,
          `echo x >'${home}/victim/from-inside'; echo tried`,
        ],
        says: /tried/,
      },
      one(
        "makes settings of the client",
        () =>
          "mkdir -p .claude; echo '{\"hooks\":{}}' >.claude/settings.json; echo '{}' >.claude/settings.local.json; mv .claude c2",
        {
          after: ({ project, mark }) =>
            `if [ -e '${project}/.claude/settings.json' ] || [ -e '${project}/.claude/settings.local.json' ]; then touch ${mark}; fi`,
        },
      ),
      one(
        "writes settings of the client in the home",
        ({ home }) =>
          `echo '{}' >'${home}/.claude/settings.json'; echo '{}' >'${home}/.claude.json'; echo touch >'${home}/.claude/shell-snapshots/snapshot-bash-1-a.sh'`,
      ),
      one(
        "writes files that shells start with",
        ({ home, mark }) =>
          `for f in .bashrc .profile .zshrc .bash_login .config/fish/config.fish .config/systemd/user/x.service .config/autostart/x.desktop .local/bin/ls .gitconfig .ssh/authorized_keys .vimrc; do mkdir -p "$(dirname "${home}/$f")"; echo 'touch ${mark}' >>"${home}/$f"; done`,
      ),
      one(
        "adds to the table of cron",
        ({ mark }) =>
          `echo '* * * * * touch ${mark}' | crontab -; echo x >/etc/cron.d/x; echo x >/var/spool/cron/crontabs/root; at now </dev/null`,
      ),
      one(
        "replaces programs of the system",
        () =>
          "for f in /usr/local/bin/ls /usr/bin/git /opt/x /etc/profile.d/x.sh /etc/ld.so.preload; do echo x >$f; done",
        { says: /tried/ },
      ),
      one(
        "leaves files under names that others use in /tmp",
        ({ machine }) =>
          `echo x >/tmp/held-${machine.root.slice(-6)}; mkdir -p /tmp/.X11-unix; echo x >/var/tmp/held-${machine.root.slice(-6)}`,
        {
          after: ({ machine, mark }) =>
            `for d in /tmp /var/tmp; do [ ! -e $d/held-${machine.root.slice(-6)} ] || touch ${mark}; done`,
        },
      ),
      one(
        "writes what the project runs",
        () =>
          "mkdir -p .vscode node_modules/.bin; echo 'x:' >>Makefile; echo '{}' >package.json; echo x >node_modules/.bin/tool",
        {
          possible: "code of the project is what the agent is there to write; a person reviews it",
        },
      ),
      ...[
        ["a program that watches files", "core.fsmonitor 'touch MARK; false'"],
        ["another directory of hooks", "core.hooksPath ../evil"],
        ["a file of settings to include", "include.path ../../evil/config"],
      ].map(([what, setting]) =>
        one(
          `makes a new repository with ${what}`,
          ({ mark }) =>
            `${evil(mark)}; mkdir new && cd new && git init -q && git ${AS} commit -q --allow-empty -m x && git config ${setting?.replace("MARK", mark)}; cd ..; ${asSubmodule("new")}`,
          {
            after: ({ project }) =>
              `cd '${project}'; git status -s; cd new; git ${AS} commit -q --allow-empty -m y; git status`,
          },
        ),
      ),
      one(
        "makes a new repository with a filter, and settings that are linked",
        ({ mark }) =>
          `mkdir new && cd new && git init -q && echo a >a && git add a && git ${AS} commit -qm x && echo '* filter=x' >.gitattributes && git config filter.x.clean 'touch ${mark}; cat' && mv .git/config ../evil-config && ln -s ../../evil-config .git/config; touch a; cd ..; ${asSubmodule("new")}`,
        {
          after: ({ project }) =>
            `cd '${project}'; git status -s; cd new; touch a; git status -s; git diff`,
        },
      ),
      one(
        "makes a new repository with hooks",
        ({ mark }) =>
          `mkdir new && cd new && git init -q && mkdir -p .git/hooks && printf '#!/bin/sh\\ntouch ${mark}' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit`,
        {
          after: ({ project }) =>
            `cd '${project}/new' && git ${AS} commit -q --allow-empty -m later`,
        },
      ),
      one(
        "makes a new repository that keeps its settings elsewhere in the project",
        ({ mark }) =>
          `git init -q --separate-git-dir=elsewhere new && cd new && git ${AS} commit -q --allow-empty -m x && git config core.fsmonitor 'touch ${mark}; false'; cd ..; ${asSubmodule("new")}`,
        { after: looking },
      ),
      one(
        "makes a repository without a working tree that names one",
        ({ mark }) =>
          `git init -q --bare evil.git && git -C evil.git config core.fsmonitor 'touch ${mark}; false' && git -C evil.git config core.bare false && git -C evil.git config core.worktree ..`,
        { after: ({ project }) => `cd '${project}/evil.git' && git status -s` },
      ),
      one(
        "makes what git takes for a submodule's repository",
        ({ mark }) =>
          `git init -q src/sub; git -C src/sub ${AS} commit -q --allow-empty -m x; mkdir -p .git/modules; mv src/sub/.git .git/modules/evil; git -C .git/modules/evil config core.bare false; printf '#!/bin/sh\\ntouch ${mark}' >.git/modules/evil/hooks/post-checkout; chmod +x .git/modules/evil/hooks/post-checkout; printf '[submodule "evil"]\\npath = evil\\nurl = ./x\\n' >.gitmodules; git update-index --add --cacheinfo 160000,$(git --git-dir=.git/modules/evil rev-parse HEAD),evil`,
        { after: ({ project }) => `cd '${project}' && git submodule update --init -q` },
      ),
      {
        name: "sets programs in a repository that an earlier call made",
        calls: ({ mark }) => [
          `mkdir new && cd new && git init -q && git ${AS} commit -q --allow-empty -m x; cd ..; ${asSubmodule("new")}`,
          `git -C new config core.fsmonitor 'touch ${mark}; false'; echo tried`,
        ],
        after: looking,
      },
      ...[
        [".envrc", "settings of a directory"],
        [".vscode/tasks.json", "tasks of an editor"],
        [".vscode/settings.json", "settings of an editor"],
        [".mcp.json", "servers for the client"],
        [".husky/pre-commit", "a manager of hooks"],
        [".pre-commit-config.yaml", "settings of hooks"],
        [".devcontainer/devcontainer.json", "a container that an editor starts"],
        ["src/.claude/settings.json", "settings of the client below the project"],
        [".gdbinit", "commands of a debugger"],
      ].map(([path = "", what]) =>
        one(
          `makes ${what}, where there was none`,
          () => `mkdir -p "$(dirname ${path})"; echo x >${path}`,
          {
            after: ({ project, mark }) => `if [ -e '${project}/${path}' ]; then touch ${mark}; fi`,
          },
        ),
      ),
    ],
  ],
  [
    "what is left behind",
    [
      {
        name: "leaves processes by nohup, setsid and two forks",
        // TIME: what is left behind has begun by then; it tells nobody.
        calls: () => [
          "nohup sleep 7001 >/dev/null 2>&1 & setsid sleep 7001 >/dev/null 2>&1 & (setsid sh -c 'sleep 7001 & disown' &) >/dev/null 2>&1; sleep .2; echo tried",
        ],
        says: /tried/,
      },
      {
        name: "leaves a process that puts links in place of directories",
        // TIME: the first links are put by then; the process goes on for two seconds.
        calls: ({ home }) => [
          'mkdir -p d; echo x >d/.env; ln -s ../../../victim l; (setsid /usr/bin/python3 -c \'import ctypes,time\nl=ctypes.CDLL(None)\nt=time.time()\nwhile time.time()-t<2: l.renameat2(-100,b"d",-100,b"l",2)\' &) >/dev/null 2>&1; sleep .1',
          ...Array.from({ length: 12 }, () => `echo x >'${home}/victim/from-inside'`),
          "echo tried",
        ],
        settles: true,
        says: /tried/,
      },
      {
        name: "makes many processes",
        calls: () => [
          "for i in $(seq 200); do (setsid sleep 7001 &) ; done >/dev/null 2>&1; echo tried",
        ],
        says: /tried/,
      },
      {
        name: "fills the scratch directory",
        calls: () => ["head -c 20000000 /dev/zero >/tmp/full; stat -c %s /tmp/full"],
        says: /20000000/,
        possible: "the scratch directory has no limit of its own: it is the machine's `/tmp`",
      },
    ],
  ],
  [
    "what it was started with",
    [
      one("reads keys of the client", () => "env; cat /proc/*/environ | tr '\\0' '\\n'; set"),
      python(
        "reads the kernel's key rings",
        () =>
          `for r in (-3,-4,-5):\n  b=ctypes.create_string_buffer(400)\n  print(l.syscall(250,11,r,b,400),ctypes.get_errno())\nprint(l.syscall(250,1,0),l.syscall(248,b"user",b"x",b"y",1,-3))\nassert l.syscall(250,0,-3,0)==-1`,
        { says: /-1 38\n-1 38\n-1 38\n-1 -1\ntried/ },
      ),
      python(
        "types into a terminal",
        () =>
          `for p in ("/dev/tty","/dev/console","/dev/pts/0"):\n  try: print(l.ioctl(os.open(p,2),0x5412,b"x"))\n  except OSError as e: print(e)\nm,s=os.openpty()\nprint("own",l.ioctl(s,0x5412,b"x"),ctypes.get_errno())`,
        { says: /own -1 1\n/ },
      ),
      one(
        "uses files that were left open",
        () =>
          "for f in 3 4 5 6 7 8 9 10 11 12; do timeout .1 head -c 99 <&$f; ls -l /proc/self/fd/$f; done 2>/dev/null | grep -a tickets; echo done",
        { says: /^done\ntried/ },
      ),
      one(
        "gains rights by programs that give them",
        () =>
          "sudo -n id; su -c id; pkexec id; newgrp root; ping -c1 -W1 127.0.0.1 >/dev/null; setpriv --reuid 0 id -u; capsh --print",
      ),
      python(
        "runs from memory",
        () =>
          `f=os.memfd_create("x")\nos.write(f,open("/bin/cat","rb").read())\nos.system("/proc/%d/fd/%d .env"%(os.getpid(),f))`,
      ),
      python(
        "loads programs into the kernel",
        () =>
          `print(l.syscall(321,5,0,0),l.syscall(298,0,0,0,0,0),l.syscall(323,0),l.syscall(175,0,0,0),l.syscall(246,0,0,0,0))`,
      ),
    ],
  ],
];

function portOf(machine: HeldMachine): number {
  let number = machine.uid;
  for (const character of machine.root.slice(-6))
    number = (number * 31 + (character.codePointAt(0) ?? 0)) % 12_000;
  return 20_000 + number;
}

/** The port of the machine on which a service of it listens. */
export const servicePort = portOf;

/** Files by which programs of somebody's choice run: hooks, and settings to include. */
function evil(mark: string): string {
  return `mkdir evil; printf '#!/bin/sh\\ntouch ${mark}' >evil/pre-commit; chmod +x evil/pre-commit; printf '[core]\\nfsmonitor=touch ${mark}\\n' >evil/config`;
}

/** Makes a repository a submodule of the project, as far as the index goes. */
function asSubmodule(path: string): string {
  return `git update-index --add --cacheinfo 160000,$(git -C ${path} rev-parse HEAD),${path}`;
}

function looking({ project }: Ground): string {
  return `cd '${project}' && git status -s; git log -1 --oneline`;
}

function committing({ project }: Ground): string {
  return `cd '${project}' && git ${AS} commit -q --allow-empty -m later`;
}

function withSubmodule({ outside, project, machine }: Ground): void {
  mkdirSync(join(machine.root, "part"), { recursive: true });
  outside(
    `rm -rf '${project}/../part' && git init -q '${project}/../part' && cd '${project}/../part' && git ${AS} commit -q --allow-empty -m x && cd '${project}' && git -c protocol.file.allow=always submodule --quiet add '${project}/../part' part && git ${AS} commit -qm part`,
  );
}
