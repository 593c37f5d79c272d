// Why calls cannot be held on a machine, each with the one command or words that repair it.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { LEAST_OPTIONS } from "#guard/hold/profile.ts";
import { type Hindrance, whyNotHeld } from "#surface/services/hold/hold-status.ts";
import { notHeldText } from "#surface/services/status/hold.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";

const PLAIN: Hindrance = {
  said: "",
  ban: undefined,
  isContainer: false,
  namespacesMax: 15_000,
  program: "/usr/bin/bwrap",
};
const FORBIDDEN = "bwrap: setting up uid map: Operation not permitted\n";
const NO_MORE =
  "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)\n";
const DEBIAN =
  "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces. See <https://deb.li/bubblewrap>.\n";

test.each<readonly [string, Partial<Hindrance>, RegExp, RegExp]>([
  [
    "Ubuntu 24.04 as it comes",
    { said: "bwrap: setting up uid map: Permission denied\n", ban: "apparmor" },
    /AppArmor/,
    /^sudo sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0$/,
  ],
  [
    "a kernel that forbids them to users",
    { said: DEBIAN, ban: "sysctl" },
    /lets no program of yours/,
    /^sudo sysctl -w kernel\.unprivileged_userns_clone=1$/,
  ],
  [
    "a kernel that allows none at all",
    { said: NO_MORE, namespacesMax: 0 },
    /allows no user namespaces/,
    /^sudo sysctl -w user\.max_user_namespaces=15000$/,
  ],
  ["another sandbox", { said: NO_MORE, namespacesMax: 1 }, /another sandbox/, /outside of that/],
  [
    "Docker as it comes",
    { said: FORBIDDEN, isContainer: true },
    /in this container/,
    /seccomp=unconfined.*apparmor=unconfined.*systempaths=unconfined/,
  ],
  [
    "Docker on Ubuntu",
    { said: FORBIDDEN, isContainer: true, ban: "apparmor" },
    /in this container/,
    /seccomp=unconfined/,
  ],
  [
    "a container that hides parts of /proc",
    {
      said: "bwrap: Can't mount proc on /newroot/proc: Operation not permitted\n",
      isContainer: true,
    },
    /hides parts of `\/proc`/,
    /systempaths=unconfined.*unmask=ALL/,
  ],
  ["a container without marks", { said: DEBIAN }, /looks like a container/, /seccomp=unconfined/],
  [
    "bubblewrap with the rights of the administrator",
    { said: "bwrap: setuid use of bubblewrap is not supported\n" },
    /rights of the administrator/,
    /^sudo chmod u-s \/usr\/bin\/bwrap$/,
  ],
  ["an old bubblewrap", { said: "bwrap: Unknown option --disable-userns\n" }, /too old/, /newer/],
  ["anything else", { said: "bwrap: execvp: no\n" }, /does not run here/, /to see why/],
])("%s: says why, and what repairs it", (_name, part, why, repair) => {
  const standing = whyNotHeld({ ...PLAIN, ...part });
  if (standing.works) throw new Error("it works");
  expect(standing.why).toMatch(why);
  expect(standing.repair).toMatch(repair);
  expect(notHeldText(standing)).toMatch(/commands are not held here.*to repair it: /);
});

describe("What bubblewrap itself says where it cannot", () => {
  const bwrap = process.env["SALLYPORT_TEST_BWRAP"] ?? "/usr/bin/bwrap";
  const said = (program: string, before: readonly string[], more: string): string => {
    const options = LEAST_OPTIONS.map((one) => `'${one}'`).join(" ");
    const line = `${more}exec ${[...before, program].join(" ")} ${options} -- /bin/true 2>&1`;
    try {
      return execFileSync("unshare", ["-m", "sh", "-c", line], {
        encoding: "utf8",
        timeout: 10_000,
      });
    } catch (cause) {
      return String((cause as { stdout?: string }).stdout ?? "");
    }
  };
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const missing = process.getuid?.() === 0 ? WHY_NOT_HELD : "only the administrator can forbid it";

  test("where the kernel allows none", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"';
    const text = said(
      bwrap,
      ["unshare", "-U", "--map-root-user", "sh", "-c", `'${forbid}'`, "sh"],
      "",
    );
    expect(whyNotHeld({ ...PLAIN, said: text, namespacesMax: 0 })).toMatchObject({
      repair: "sudo sysctl -w user.max_user_namespaces=15000",
    });
    expect(text).toMatch(/ENOSPC/);
  });

  test("where parts of /proc are hidden", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const text = said(bwrap, nobody, "mount --bind /dev/null /proc/version; ");
    expect(whyNotHeld({ ...PLAIN, said: text, isContainer: true })).toMatchObject({
      why: expect.stringContaining("hides parts of `/proc`"),
    });
  });

  test("without any right", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const text = said(bwrap, ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"], "");
    expect(whyNotHeld({ ...PLAIN, said: text })).toMatchObject({
      why: expect.stringContaining("looks like a container"),
    });
  });
});
