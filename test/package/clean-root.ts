// A root for dpkg: nothing in it but what a Debian has before any package of ours; programs of this machine are mounted into it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const NEEDED = ["bwrap", "dpkg", "dpkg-deb", "perl", "useradd", "deb-systemd-helper"];
const SEARCHED = ["/usr/bin", "/usr/sbin"];

/** Why packages cannot be installed here; undefined where they can. */
export const WHY_NO_ROOT: string | undefined = (() => {
  const missing = NEEDED.filter((name) => !SEARCHED.some((place) => existsSync(join(place, name))));
  if (missing.length > 0) return `there is no ${missing.join(", ")} here`;
  const tried = spawnSync("bwrap", ["--unshare-user", "--ro-bind", "/", "/", "/bin/true"]);
  return tried.status === 0 ? undefined : "bubblewrap cannot make a user namespace here";
})();

export type Ended = { readonly code: number | null; readonly text: string };
export type CleanRoot = {
  readonly path: string;
  /** Runs a program in it as root. */
  run(...words: readonly string[]): Ended;
  /** Every path with what it is: type, rights, content. Without dpkg's own files. */
  tree(): Readonly<Record<string, string>>;
};

/** Makes one in an empty folder. `node`: the version of the nodejs package that dpkg is told of. */
export function cleanRoot(path: string, node = "20.19.2-1"): CleanRoot {
  const folders = [
    ...["bin", "sbin", "lib", "lib64", "proc", "dev", "tmp", "home", "etc/systemd/system"],
    ...["usr/bin", "usr/lib/systemd/system", "usr/share/doc", "usr/share/perl", "usr/share/perl5"],
    ...["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/lib/systemd"],
    ...libraries().map((name) => `usr/lib/${name}`),
  ];
  for (const folder of folders) mkdirSync(join(path, folder), { recursive: true });
  const put = (name: string, text: string) => writeFileSync(join(path, name), text);
  put("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  put("etc/group", "root:x:0:\n");
  put("etc/shadow", "root:*:20000:0:99999:7:::\n");
  put("etc/gshadow", "root:*::\n");
  put("var/lib/dpkg/status", [installed("nodejs", node), installed("passwd", "1:4.13")].join("\n"));
  for (const name of ["node", "perl"]) put(`usr/bin/${name}`, "");
  // WHY: dpkg removes an empty folder that no other package has. In a real system its base has these.
  const had = folders.flatMap((folder) =>
    folder.split("/").map((_, at, all) => `/${all.slice(0, at + 1).join("/")}`),
  );
  put("var/lib/dpkg/info/passwd.list", ["/.", ...new Set(had), ""].join("\n"));
  put("var/lib/dpkg/info/nodejs.list", "/.\n");
  return {
    path,
    run: (...words) => {
      const ended = spawnSync("bwrap", [...mounts(path), "--", ...words], {
        encoding: "utf8",
        timeout: 120_000,
        env: { PATH: "/usr/bin:/bin" },
      });
      return { code: ended.status, text: `${ended.stdout}${ended.stderr}` };
    },
    tree: () => Object.fromEntries(entriesBelow(path, "")),
  };
}

/** Folders of libraries by architecture. */
function libraries(): readonly string[] {
  return readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
}

function installed(name: string, version: string): string {
  return [
    ...[`Package: ${name}`, "Status: install ok installed", "Priority: optional"],
    ...["Section: admin", "Maintainer: Nobody <nobody@sallyport.invalid>", "Architecture: all"],
    ...[`Version: ${version}`, "Description: stands in for the real one", ""],
  ].join("\n");
}

/** WHY not all of /usr: the package puts its files there. The machine's programs lie in /bin, as before the folders were merged. */
function mounts(path: string): readonly string[] {
  const bound = [
    ...[
      ["/usr/bin", "/bin"],
      ["/usr/sbin", "/sbin"],
      ["/usr/lib", "/lib"],
      ["/usr/lib64", "/lib64"],
    ],
    ...[
      ["/usr/share/perl", "/usr/share/perl"],
      ["/usr/share/perl5", "/usr/share/perl5"],
    ],
    ...libraries().map((name) => [`/usr/lib/${name}`, `/usr/lib/${name}`]),
    ...[
      ["/usr/bin/perl", "/usr/bin/perl"],
      [process.execPath, "/usr/bin/node"],
    ],
  ];
  return [
    ...["--unshare-all", "--uid", "0", "--gid", "0", "--die-with-parent", "--new-session"],
    ...["--bind", path, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...bound.flatMap(([from = "", to = ""]) => (existsSync(from) ? ["--ro-bind", from, to] : [])),
    ...["--clearenv", "--setenv", "PATH", "/usr/bin:/sbin:/bin", "--setenv", "HOME", "/root"],
    ...["--setenv", "LC_ALL", "C", "--chdir", "/"],
  ];
}

function entriesBelow(root: string, below: string): readonly (readonly [string, string])[] {
  return readdirSync(join(root, below)).flatMap((name) => {
    const path = `${below}/${name}`;
    if (path === "/var/lib/dpkg") return [];
    const full = join(root, path);
    const status = lstatSync(full);
    const mode = (status.mode & 0o7777).toString(8);
    if (status.isDirectory()) return [[path, `folder ${mode}`], ...entriesBelow(root, path)];
    if (status.isSymbolicLink()) return [[path, `link ${readlinkSync(full)}`]];
    const digest = createHash("sha256").update(readFileSync(full)).digest("hex");
    return [[path, `file ${mode} ${digest}`]];
  });
}
