// A Debian package of the program: its control files, its scripts, the service of the daemon. As texts; what builds it is elsewhere.
import { Failure } from "#base/failure.ts";
import { machineUnit } from "#govern/compile/system-service.ts";

/** What a package is made of, beside the files of the program. Times are seconds since 1970. */
export type DebianOrder = {
  /** As npm writes it: 1.2.3, or 1.2.3-rc.1. */
  readonly version: string;
  /** Counts packages of the same version. */
  readonly revision: number;
  readonly maintainer: string;
  readonly madeS: number;
  /** Files below /etc/sallyport that an administrator may edit, by name. */
  readonly configuration: ReadonlyMap<string, string>;
};

/** A file of the package; `path` begins below its root. */
export type DebianFile = {
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: 0o644 | 0o755;
};

/** Where the program lies, the data of its service, and the group that opens them, in which nobody is. */
export const DEBIAN_PLACES = {
  program: "usr/lib/sallyport",
  configuration: "etc/sallyport",
  data: "/var/lib/sallyport",
  group: "sallyport",
} as const;

const MAIN = `/${DEBIAN_PLACES.program}/node_modules/sallyport/dist/surface/cli/main.js`;
const NODE = "/usr/bin/node";
const UNIT = "sallyport.service";
const { data: DATA, group: GROUP } = DEBIAN_PLACES;
const NAME_MAIL = /^[^\p{Cc}<>]{1,100} <[^\s<>@\p{Cc}]{1,64}@[A-Za-z0-9.-]{1,128}>$/u;
const REVISION_MAX = 9_999;

/** The version as Debian writes it: what comes before a release sorts before it. Throws a Failure `usage`. */
export function debianVersion(order: Pick<DebianOrder, "version" | "revision">): string {
  const [, release, before] = /^(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?$/.exec(order.version) ?? [];
  if (release === undefined)
    throw new Failure("usage", `\`${order.version}\` is no version of the form 1.2.3`);
  const { revision } = order;
  if (!Number.isInteger(revision) || revision < 1 || revision > REVISION_MAX)
    throw new Failure("usage", `\`--revision\` is a whole number from 1 to ${REVISION_MAX}`);
  const ahead = before === undefined ? "" : `~${before.replaceAll("-", ".")}`;
  return `${release}${ahead}-${revision}`;
}

/** The files beside the program: how it is called, its service, its papers, what an administrator edits. */
export function debianFiles(
  order: DebianOrder,
  gzip: (text: string) => Buffer,
): readonly DebianFile[] {
  const file = (path: string, text: string, mode: DebianFile["mode"] = 0o644): DebianFile => ({
    path,
    mode,
    bytes: Buffer.from(text, "utf8"),
  });
  return [
    file("usr/bin/sallyport", `#!/bin/sh\nexec ${NODE} ${MAIN} "$@"\n`, 0o755),
    file(`usr/lib/systemd/system/${UNIT}`, unitText()),
    file("usr/share/doc/sallyport/copyright", COPYRIGHT),
    {
      path: "usr/share/doc/sallyport/changelog.Debian.gz",
      bytes: gzip(changelog(order)),
      mode: 0o644,
    },
    { path: "usr/share/man/man1/sallyport.1.gz", bytes: gzip(MANUAL), mode: 0o644 },
    file("usr/share/lintian/overrides/sallyport", OVERRIDES),
    ...[...order.configuration].map(([name, text]) =>
      file(`${DEBIAN_PLACES.configuration}/${name}`, text),
    ),
  ];
}

/** The control files: what dpkg knows of the package, and what it runs. `installedKib`: the size of its files. */
export function debianControl(
  order: DebianOrder,
  { installedKib, sums }: { readonly installedKib: number; readonly sums: string },
): readonly DebianFile[] {
  const { maintainer, configuration } = order;
  if (!NAME_MAIL.test(maintainer))
    throw new Failure("usage", "`--maintainer` is a name and an address: `Ada <ada@example.com>`");
  const control = `Package: sallyport
Version: ${debianVersion(order)}
Section: admin
Priority: optional
Architecture: all
Maintainer: ${maintainer}
Installed-Size: ${installedKib}
Depends: nodejs (>= 20.19), passwd
Recommends: bubblewrap
Suggests: python3
Description: security and compliance control for Claude Code
 Every tool call of the agent is judged by its effects and recorded in a log
 that nobody can rewrite unseen.
 .
 The package brings the command sallyport, the folder of managed policies
 /etc/sallyport, and a service that judges the calls of every account, with
 a key and a log of its own for each.
`;
  const file = (path: string, text: string, mode: DebianFile["mode"]): DebianFile => ({
    path,
    mode,
    bytes: Buffer.from(text, "utf8"),
  });
  const edited = [...configuration.keys()].map(
    (name) => `/${DEBIAN_PLACES.configuration}/${name}\n`,
  );
  return [
    file("control", control, 0o644),
    file("md5sums", sums, 0o644),
    ...(edited.length === 0 ? [] : [file("conffiles", edited.join(""), 0o644)]),
    file("postinst", POSTINST, 0o755),
    file("prerm", PRERM, 0o755),
    file("postrm", POSTRM, 0o755),
  ];
}

function unitText(): string {
  return machineUnit({
    head: "From the package sallyport. Change it with `systemctl edit sallyport`.",
    command: [NODE, MAIN, "machine", "serve"],
    documentation: "man:sallyport(1)",
  });
}

function changelog({ maintainer, madeS, ...order }: DebianOrder): string {
  const day = new Date(madeS * 1_000).toUTCString().replace("GMT", "+0000");
  return `sallyport (${debianVersion(order)}) unstable; urgency=medium

  * Built from the npm package of version ${order.version}.

 -- ${maintainer}  ${day}
`;
}

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: sallyport
Comment: The packages that it brings along, with their licences, are listed in
 /${DEBIAN_PLACES.program}/node_modules/sallyport/THIRD-PARTY.md

Files: *
Copyright: 2026 the authors of sallyport
License: Apache-2.0
 The licence is in /usr/share/common-licenses/Apache-2.0
`;

const MANUAL = `.TH SALLYPORT 1
.SH NAME
sallyport \\- security and compliance control for Claude Code
.SH SYNOPSIS
.B sallyport
.I command
.RI [ options ]
.SH DESCRIPTION
Judges every tool call of the agent by its effects, and keeps a log that nobody can rewrite unseen.
.B sallyport \\-\\-help
lists the commands, and
.B sallyport
.I command
.B \\-\\-help
explains one with examples.
.SH FILES
.TP
.I /etc/sallyport
managed policies and the keys of bundles
.TP
.I ${DATA}
keys and logs of the service that the package starts, and what holds calls, a folder for each account
.SH EXIT STATUS
0 if all is well, 1 if something was found, 2 for wrong use or a fault.
`;

const OVERRIDES = `# It is made for a repository of your own, where no report of a wish for it is closed.
sallyport: initial-upload-closes-no-bugs *
# The service needs what systemd alone does: rights, folders and system calls that it takes away.
sallyport: package-supports-alternative-init-but-no-init.d-script *
# Packages of npm keep their licences and papers beside their files.
sallyport: extra-license-file *
sallyport: package-contains-documentation-outside-usr-share-doc *
`;

/**
 * Makes the group, and has the service started as the machine's administrator wants it. Every step may run twice. WHY the helpers
 * of Debian: they remember that somebody disabled the service, and they start nothing in a chroot or where a policy forbids it.
 */
const POSTINST = `#!/bin/sh
set -e

[ "$1" = configure ] || exit 0

getent group ${GROUP} >/dev/null || groupadd --system ${GROUP}

# The service needs it, and what accounts may not see lies below.
mkdir -p ${DATA}
chown root:root ${DATA}
chmod 0711 ${DATA}

# Removing the package without purging it masks the service.
deb-systemd-helper unmask ${UNIT} >/dev/null || true
if deb-systemd-helper --quiet was-enabled ${UNIT}; then
  deb-systemd-helper enable ${UNIT} >/dev/null || true
else
  deb-systemd-helper update-state ${UNIT} >/dev/null || true
fi

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  if [ -n "$2" ]; then order=restart; else order=start; fi
  deb-systemd-invoke "$order" ${UNIT} || true
fi
`;

/** During an upgrade the old daemon judges until the new one is there. */
const PRERM = `#!/bin/sh
set -e

[ "$1" = remove ] || exit 0

if [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${UNIT} || true
fi
if grep -qs sallyport /etc/claude-code/managed-settings.json; then
  echo "sallyport: managed settings of Claude Code still name it, so its calls will be refused;" >&2
  echo "  /etc/claude-code has to be taken back too" >&2
fi
`;

/**
 * WHY data under a legal hold stays: a purge deletes it for good, and a hold forbids that of every deletion. What holds calls is none
 * of it; without it, what sessions still run ends within a minute. What accounts have in `/tmp` and `/dev/shm` stays theirs until the next boot:
 * root follows no name there that somebody else may turn.
 */
const POSTRM = `#!/bin/sh
set -e

if [ "$1" = remove ] || [ "$1" = purge ]; then
  [ ! -d /run/systemd/system ] || systemctl daemon-reload || true
  rm -rf ${DATA}/hold
fi

if [ "$1" = remove ]; then
  rm -rf /run/sallyport
  deb-systemd-helper mask ${UNIT} >/dev/null || true
fi

if [ "$1" = purge ]; then
  deb-systemd-helper purge ${UNIT} >/dev/null || true
  deb-systemd-helper unmask ${UNIT} >/dev/null || true
  rm -f /etc/sallyport/policy.bundle /etc/sallyport/policy-keys /etc/sallyport/policy.yaml
  [ ! -d /etc/sallyport ] || rmdir --ignore-fail-on-non-empty /etc/sallyport
  rm -rf /run/sallyport
  if grep -qs '"holds":\\[{' ${DATA}/holds.json ${DATA}/accounts/*/*/holds.json; then
    echo "sallyport: ${DATA} is under a legal hold and stays, with its group ${GROUP}" >&2
  else
    rm -rf ${DATA}
    ! getent group ${GROUP} >/dev/null || groupdel ${GROUP}
  fi
fi
`;
