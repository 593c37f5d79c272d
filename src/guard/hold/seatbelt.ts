// The profile of a call for macOS, in the language of its Seatbelt sandbox. Written from its documents and not measured: nothing rests on it (decision 0050).
import type { HoldProfile } from "./profile.ts";

/** The parts of a profile that Seatbelt can hold. Paths are absolute and real, as the kernel sees them. */
export type SeatbeltParts = Pick<
  HoldProfile,
  "projectRoot" | "writable" | "pinned" | "kept" | "hiddenDirectories" | "shown" | "reachesHosts"
> & {
  readonly hiddenFiles: readonly Pick<HoldProfile["hiddenFiles"][number], "path">[];
  /** Directory for scratch files; none is written where it is missing. */
  readonly scratch?: string;
  /** Our data directory. */
  readonly data: string;
};

/** The profile as a text for `sandbox-exec`, or why there is none. */
export type Seatbelt =
  | { readonly kind: "profile"; readonly text: string }
  | { readonly kind: "none"; readonly why: string };

/** Said wherever such a profile is shown. */
export const NOT_MEASURED = "not measured: nobody has tried it on macOS, and no answer rests on it";

/** Services that programs look names and users up with. */
const LOOKED_UP = [
  "com.apple.system.opendirectoryd.libinfo",
  "com.apple.system.opendirectoryd.membership",
  "com.apple.system.notification_center",
  "com.apple.system.logger",
];
/** The same for names of hosts and their certificates. */
const LOOKED_UP_HOSTS = [
  "com.apple.dnssd.service",
  "com.apple.SystemConfiguration.configd",
  "com.apple.trustd.agent",
];
const DEVICES = ["/dev/null", "/dev/zero", "/dev/tty", "/dev/dtracehelper"];

/**
 * Writes the profile. Of rules that speak of the same, the last one counts: so what is hidden is denied behind what may be
 * read, and what is kept behind what may be written. Total.
 */
export function seatbeltProfile(parts: SeatbeltParts): Seatbelt {
  const { projectRoot, writable, pinned, kept, hiddenDirectories, shown, reachesHosts } = parts;
  const { hiddenFiles, scratch, data } = parts;
  const files = hiddenFiles.map(({ path }) => path);
  const all = [projectRoot, data, ...writable, ...pinned, ...kept, ...files];
  all.push(...hiddenDirectories, ...shown, ...(scratch === undefined ? [] : [scratch]));
  const odd = all.find((path) => !path.startsWith("/") || /\p{Cc}/u.test(path));
  if (odd !== undefined)
    return { kind: "none", why: "a path has control characters, or does not begin with a slash" };
  const hidden = [...files.map(literal), ...[...hiddenDirectories, data].map(subpath)];
  const names = reachesHosts ? [...LOOKED_UP, ...LOOKED_UP_HOSTS] : LOOKED_UP;
  const rules = [
    "(version 1)",
    `; ${NOT_MEASURED}`,
    "(deny default)",
    "(allow process-exec process-fork)",
    "(allow signal process-info* (target same-sandbox))",
    "(allow sysctl-read)",
    "(allow pseudo-tty)",
    rule(
      "allow mach-lookup",
      names.map((name) => `(global-name ${quoted(name)})`),
    ),
    "(allow file-read*)",
    rule("deny file-read*", hidden),
    rule("allow file-read*", shown.map(subpath)),
    rule("allow file-write*", [
      ...[projectRoot, ...writable, ...(scratch === undefined ? [] : [scratch])].map(subpath),
      ...DEVICES.map(literal),
    ]),
    rule("deny file-write*", [...kept.map(subpath), ...hidden]),
    // WHY: moved elsewhere, what lies in them would be found under names that no rule speaks of.
    rule("deny file-write-unlink", [projectRoot, ...pinned].map(literal)),
    "(deny file-write-setugid)",
    ...(reachesHosts
      ? ["(allow network-outbound)", '(allow network-bind (local ip "localhost:*"))']
      : []),
    "",
  ];
  return { kind: "profile", text: rules.filter((one) => one !== undefined).join("\n") };
}

function rule(head: string, filters: readonly string[]): string | undefined {
  // WHY: without a filter it would speak of everything.
  if (filters.length === 0) return undefined;
  return [`(${head}`, ...filters.map((one) => `  ${one}`)].join("\n").concat(")");
}

function literal(path: string): string {
  return `(literal ${quoted(path)})`;
}

function subpath(path: string): string {
  return `(subpath ${quoted(path)})`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
