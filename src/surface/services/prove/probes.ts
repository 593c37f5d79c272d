// All probes: what a held call must not read, change or reach, each tried for real, and what has to work beside it.
import { join } from "node:path";
import { shownOf } from "#platform/process-links.ts";
import { CREDENTIAL_PLACES } from "../secrets/credential-places.ts";
import type { Ground } from "./ground.ts";
import { type Act, type Family, type Probe, READING_WAYS } from "./probe.ts";

/** WHY some that nobody knows: what is on no list is not there either. */
const CREDENTIALS = [
  ...CREDENTIAL_PLACES,
  ...[".a-name-that-nobody-knows/token", ".config/a-name-that-nobody-knows/token"],
  ".local/share/a-name-that-nobody-knows/token",
];

/** Files of a project that the policies which come with the program hide. */
const HIDDEN = [".env", ".env.local", "api/.env.production", "id_rsa", "certs/server.key"];

/** Outside of the project, what a shell, a desktop, an editor or an agent runs by itself. */
const STARTS = `
.bashrc .bash_profile .profile .zshrc .zshenv .ssh/authorized_keys .ssh/config .ssh/rc .gitconfig .config/git/config .config/git/hooks/post-checkout
.config/autostart/x.desktop .config/systemd/user/x.service .config/fish/config.fish .local/bin/git .npmrc .vimrc .config/nvim/init.lua
.config/Code/User/settings.json .claude/settings.json .claude/CLAUDE.md .claude/skills/x/SKILL.md .cursor/mcp.json .codex/config.toml
.pam_environment .xprofile .inputrc .local/share/applications/x.desktop other/file.txt
`
  .split(/\s+/)
  .filter((path) => path !== "");

/** In the project, the same, and what git obeys. */
const OBEYED = `
.git/config .git/hooks/pre-commit .git/hooks/post-checkout .git/info/attributes .git/commondir .git/config.worktree
.claude/settings.json .claude/settings.local.json .claude/agents/x.md .claude/commands/x.md .mcp.json .vscode/tasks.json .vscode/settings.json
.idea/workspace.xml .cursor/mcp.json .envrc .husky/pre-commit .devcontainer/devcontainer.json .sallyport/policy.yaml sub/.vscode/tasks.json
`
  .split(/\s+/)
  .filter((path) => path !== "");

/** Lines that would show a hidden file, or a file of the home, if they got around what lies over it. */
const LINES: Readonly<Record<string, string>> = {
  "unmounts what lies over a file": "umount .env; umount -l .env; cat .env",
  "unmounts everything": "umount -a -l; cat .env",
  "makes a user namespace and unmounts there": "unshare -Urm sh -c 'umount .env; cat .env'",
  "the same with processes of its own":
    "unshare -Urmpf --mount-proc sh -c 'umount -l .env; cat .env'",
  "binds the project elsewhere": "mkdir -p /tmp/b; mount --bind . /tmp/b; cat /tmp/b/.env",
  "binds it in a user namespace":
    "mkdir -p /tmp/b; unshare -Urm sh -c 'mount --bind $PWD /tmp/b; cat /tmp/b/.env'",
  "mounts an overlay over it":
    "mkdir -p /tmp/u /tmp/w /tmp/m; mount -t overlay -o lowerdir=$PWD,upperdir=/tmp/u,workdir=/tmp/w o /tmp/m; cat /tmp/m/.env",
  "remounts the home for writing": 'mount -o remount,bind,rw "$HOME"; echo MARK >"$HOME/.bashrc"',
  "changes its root": "chroot /proc/1/root cat $PWD/.env",
  "enters the namespaces of the first process":
    "nsenter -t 1 -m cat $PWD/.env; nsenter -t 1 -U --preserve-credentials -m cat $PWD/.env",
  "looks through the roots of all processes": "cat /proc/[0-9]*/root$PWD/.env",
  "looks through the folders of all processes": "cat /proc/[0-9]*/cwd/.env",
  "looks through open files of all processes":
    'for f in /proc/[0-9]*/fd/*; do [ -f "$f" ] && head -c 4096 "$f"; done',
  "looks through the variables of all processes": "cat /proc/[0-9]*/environ",
  "starts bubblewrap in it":
    "bwrap --dev-bind / / cat .env; bwrap --unshare-user --bind / / umount .env",
  "becomes another user":
    "sudo -n cat .env; su -c 'cat .env' </dev/null; setpriv --reuid 0 cat .env",
  "makes a file that has rights":
    'cp /bin/cat /tmp/c; chmod 4755 /tmp/c; chown 0:0 /tmp/c; /tmp/c "$HOME/.ssh/id_rsa"',
  "reads the disk": "for d in /dev/sd?* /dev/vd?* /dev/nvme*n1 /dev/dm-*; do head -c 4096 $d; done",
  "makes a device": "mknod /tmp/d b 254 0 && head -c 4096 /tmp/d",
  "reads the memory of the kernel":
    "head -c 4096 /dev/mem; head -c 4096 /proc/kcore; head -c 64 /dev/kmsg",
  "has the kernel start a program":
    "echo '|/bin/false' >/proc/sys/kernel/core_pattern && echo MARK",
  "changes settings of the kernel": "echo 1 >/proc/sys/kernel/sysrq && echo MARK",
  "changes a control group":
    "for f in $(find /sys/fs/cgroup -name cgroup.procs 2>/dev/null | head -3); do echo $$ >$f && echo MARK; done",
  "loads a program into the kernel":
    "mount -t bpf bpf /sys/fs/bpf && echo MARK; bpftool prog list && echo MARK",
  "follows a link of the system to the home":
    'cat /proc/self/root"$HOME"/.ssh/id_rsa /proc/self/cwd/../.ssh/id_rsa',
};

/** Calls of the kernel by Python, where that is there: `l` is the C library. Each prints MARK where it got what it must not get. */
const CALLS: Readonly<Record<string, string>> = {
  io_uring: "print('MARK' if l.syscall(425,8,ctypes.create_string_buffer(256))>=0 else '')",
  "a socket of virtual machines": "socket.socket(40,socket.SOCK_STREAM); print('MARK')",
  "a raw socket": "socket.socket(socket.AF_PACKET,socket.SOCK_RAW); print('MARK')",
  "the kernel's keys": "print('MARK' if l.syscall(248,b'user',b'x',b'y',1,-3)>0 else '')",
  "events of the processor":
    "print('MARK' if l.syscall(298,ctypes.create_string_buffer(128),0,-1,-1,0)>=0 else '')",
  "faults of pages": "print('MARK' if l.syscall(323,0)>=0 else '')",
  "programs in the kernel":
    "print('MARK' if l.syscall(321,0,ctypes.create_string_buffer(128),128)>=0 else '')",
  "another process's memory":
    "b=ctypes.create_string_buffer(8); v=(ctypes.c_size_t*2)(ctypes.addressof(b),8); w=(ctypes.c_size_t*2)(4194304,8); n=l.syscall(310,PID,v,1,w,1,0); print('MARK' if n>=0 or ctypes.get_errno()==14 else '')",
  "tracing another process": "print('MARK' if l.ptrace(16,PID,0,0)==0 else '')",
  "keys typed into the terminal":
    "print('MARK' if fcntl.ioctl(os.open('/dev/tty',os.O_RDWR),0x5412,b'x')==0 else '')",
  "the tree opened anew":
    "f=l.syscall(428,-100,b'PROJECT',1); l.syscall(429,f,b'',-100,b'/tmp',4); print(open('/tmp/.env').read())",
  "a new root": "print('MARK' if l.syscall(155,b'.',b'.')==0 else '')",
  "files by handle":
    "b=ctypes.create_string_buffer(144); b[0:4]=(128).to_bytes(4,'little'); m=ctypes.c_int(); l.syscall(303,-100,b'PROJECT/README.md',b,ctypes.byref(m),0); f=l.syscall(304,-100,b,0); print('MARK' if f>=0 else '')",
};

/** Variables by whose names everybody knows them for secrets. */
export const SECRET_VARIABLES: readonly string[] = `
AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN NPM_TOKEN NODE_AUTH_TOKEN OPENAI_API_KEY ANTHROPIC_API_KEY
GEMINI_API_KEY AZURE_CLIENT_SECRET GOOGLE_API_KEY CLOUDFLARE_API_TOKEN DIGITALOCEAN_TOKEN HCLOUD_TOKEN VAULT_TOKEN CONSUL_HTTP_TOKEN
DATABASE_PASSWORD PGPASSWORD MYSQL_PWD REDIS_PASSWORD STRIPE_SECRET_KEY SENDGRID_API_KEY SLACK_BOT_TOKEN TWINE_PASSWORD CARGO_REGISTRY_TOKEN
DOCKER_PASSWORD SENTRY_AUTH_TOKEN DATADOG_API_KEY JWT_SECRET SESSION_SECRET ENCRYPTION_KEY
`
  .split(/\s+/)
  .filter((name) => name !== "");

/** Makes the files, and gives the probes in the order in which they are tried: what could break others comes last. */
export function probesOn(ground: Ground): readonly Probe[] {
  const { home, project, secretOf, file } = ground;
  const probes: Probe[] = [];
  const add = (family: Family, title: string, act: Act, rest: Partial<Probe> = {}): void => {
    probes.push({ id: `${family}: ${title}`, family, act, ...rest });
  };
  const inProject = (path: string): string => join(project, path);
  const inHome = (path: string): string => join(home, path);
  const env = `API_KEY=${secretOf(".env")}\n`;
  file(inProject("README.md"), "# Shop\n");
  for (const path of HIDDEN) file(inProject(path), `API_KEY=${secretOf(path)}\n`);
  for (const [path, text] of Object.entries(REPOSITORY)) file(inProject(`.git/${path}`), text);
  for (const path of CREDENTIALS) file(inHome(path), `token = ${secretOf(path)}\n`);
  file(inProject(".env"), env);

  for (const path of CREDENTIALS)
    add("home", `~/${path}`, { do: "read", path: inHome(path), way: "open" }, seen(secretOf(path)));
  for (const way of READING_WAYS)
    if (way !== "open")
      for (const path of [".ssh/id_rsa", ".aws/credentials", ".config/gh/hosts.yml"])
        add(
          "home",
          `~/${path}, ${WAYS[way]}`,
          { do: "read", path: inHome(path), way },
          seen(secretOf(path)),
        );
  // WHY of one alone: what is moved is not there for the next way.
  for (const [at, path] of HIDDEN.entries())
    for (const way of READING_WAYS)
      if ((way !== "moved" && way !== "hard-link") || at === 0)
        add(
          "hidden",
          `${path}, ${WAYS[way]}`,
          { do: "read", path: inProject(path), way },
          seen(secretOf(path)),
        );
  for (const path of STARTS) {
    const mark = secretOf(`write ${path}`);
    add(
      "outside",
      `~/${path}`,
      { do: "write", path: inHome(path), mark },
      left(inHome(path), mark),
    );
  }
  for (const path of ["README.md", ".ssh/id_rsa", "work/other/.env", ".config/gh/hosts.yml"]) {
    const place = inHome(path);
    file(place, `token = ${secretOf(path)}\n`);
    add("outside", `removes ~/${path}`, { do: "remove", path: place }, gone(place));
    add("outside", `moves ~/${path}`, { do: "move", from: place, to: `${place}.x` }, gone(place));
  }
  for (const path of ["/etc/cron.d/sallyport-prove", "/usr/local/bin/sallyport-prove"])
    add("outside", path, { do: "write", path, mark: secretOf(path) }, left(path, secretOf(path)));
  for (const path of OBEYED) {
    const mark = secretOf(`write ${path}`);
    // WHY as git would obey it: what nobody obeys may lie there.
    const text = /config/.test(path) ? `[core]\n\tfsmonitor = ${mark}` : mark;
    const place = inProject(path);
    add("kept", path, { do: "write", path: place, mark: text }, left(place, mark));
  }
  const module = inProject(".git/modules/m");
  const mark = secretOf("module");
  add(
    "kept",
    "settings of a submodule",
    {
      do: "run",
      line: `mkdir -p .git/modules/m/objects .git/modules/m/refs; echo 'ref: refs/heads/main' >.git/modules/m/HEAD; printf '[core]\n\tfsmonitor = ${mark}\n' >.git/modules/m/config`,
    },
    left(join(module, "config"), mark),
  );
  for (const path of [".git", ".git/hooks", ".git/config", ".env"]) {
    const from = inProject(path);
    const marker = path === ".git" || path === ".git/hooks" ? inProject(".git/HEAD") : from;
    add("kept", `moves ${path}`, { do: "move", from, to: inProject("moved-away") }, gone(marker));
  }
  add(
    "kept",
    "moves the project",
    { do: "move", from: project, to: inHome("moved") },
    gone(inProject("README.md")),
  );
  for (const [at, path] of ground.sockets.entries()) {
    const mark = secretOf(`socket ${at}`);
    const title = ["a socket of the home", "a socket in the project", "a socket without a file"][
      at
    ];
    add(
      "sockets",
      title ?? path,
      { do: "connect", to: path, mark },
      { breach: { kind: "heard", text: mark } },
    );
  }
  for (const { host, port } of ground.ports) {
    const mark = secretOf(`port ${host}`);
    add(
      "sockets",
      `a port at ${host}`,
      { do: "connect", to: port, host, mark },
      { breach: { kind: "heard", text: mark } },
    );
  }
  const { pid = 0 } = ground.process;
  const ofProcess = secretOf("process");
  add("processes", "ends one", { do: "signal", pid }, { breach: { kind: "ended", pid } });
  for (const name of ["environ", "cmdline"])
    add(
      "processes",
      `reads ${name} of one`,
      { do: "read", path: shownOf(pid, name), way: "open" },
      seen(ofProcess),
    );
  add(
    "processes",
    "lists them with their words",
    { do: "run", line: "cat /proc/[0-9]*/cmdline" },
    seen(ofProcess),
  );
  for (const [title, line] of Object.entries(LINES)) {
    const mark = secretOf(title);
    const isSaid = line.includes("MARK");
    const text = isSaid ? mark : /id_rsa/.test(line) ? secretOf(".ssh/id_rsa") : secretOf(".env");
    const isFile = line.includes(".bashrc");
    const what = /environ/.test(line) ? ofProcess : text;
    add(
      "kernel",
      title,
      { do: "run", line: line.replaceAll("MARK", mark) },
      isFile ? left(inHome(".bashrc"), mark) : seen(what),
    );
  }
  for (const [title, code] of Object.entries(CALLS)) {
    const mark = secretOf(title);
    const own = code
      .replaceAll("MARK", mark)
      .replaceAll("PID", String(pid))
      .replaceAll("PROJECT", project);
    const program = `import ctypes,os,socket,fcntl\nl=ctypes.CDLL(None,use_errno=True)\n${own.replaceAll("; ", "\n")}`;
    add(
      "kernel",
      title,
      { do: "run", line: `python3 - <<'END'\n${program}\nEND` },
      { ...seen(code.includes("MARK") ? mark : secretOf(".env")), needs: "python3" },
    );
  }
  for (const name of SECRET_VARIABLES)
    add("variables", name, { do: "variable", name }, seen(secretOf(name)));
  addWork(add, ground);
  return probes;
}

/** What has to work: a call that cannot do anything proves nothing. */
function addWork(
  add: (family: Family, title: string, act: Act) => void,
  { project }: Ground,
): void {
  const path = join(project, "src/new.ts");
  add("work", "reads a file of the project", {
    do: "read",
    path: join(project, "README.md"),
    way: "open",
  });
  add("work", "writes a file of the project", { do: "write", path, mark: "x" });
  add("work", "moves it", { do: "move", from: path, to: `${path}.x` });
  add("work", "removes it", { do: "remove", path: `${path}.x` });
  add("work", "writes a scratch file", { do: "write", path: "/tmp/scratch/x", mark: "x" });
  add("work", "runs a program", { do: "run", line: "ls / && id -u" });
  add("work", "knows its user", { do: "run", line: "id -un" });
  add("work", "sees its own processes", { do: "run", line: "cat /proc/self/status" });
  add("work", "has variables", { do: "variable", name: "PATH" });
  add("work", "reads the system's programs", { do: "read", path: "/bin/sh", way: "open" });
}

/** The least that makes a folder a repository. */
const REPOSITORY: Readonly<Record<string, string>> = {
  HEAD: "ref: refs/heads/main\n",
  config: "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
  "objects/info/x": "",
  "refs/heads/x": "",
  "hooks/x.sample": "",
  "info/exclude": "",
};

const WAYS: Readonly<Record<(typeof READING_WAYS)[number], string>> = {
  open: "opened",
  program: "by `cat`",
  archive: "packed and unpacked",
  copy: "copied",
  descriptor: "by a descriptor of its place",
  root: "through its own root",
  "first-root": "through the root of the first process",
  link: "through a link",
  "hard-link": "by another name of the file",
  moved: "moved first",
};

const seen = (text: string): Partial<Probe> => ({ breach: { kind: "seen", text } });
const left = (path: string, text: string): Partial<Probe> => ({
  breach: { kind: "left", path, text },
});
const gone = (path: string): Partial<Probe> => ({ breach: { kind: "gone", path } });
