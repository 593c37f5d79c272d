// Bash as the judge of our parser: it accepts the scripts of this system alike, and finds the same commands in them.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sample } from "./cases.ts";
import { damagedScripts } from "./damaged-scripts.ts";
import {
  type Agreement,
  compareReadings,
  isDifference,
  readWithBash,
  reasonOf,
} from "./parser-agreement.ts";
import { findScripts, readScript } from "./system-scripts.ts";

/** Where a sample is quickly found. */
const DIRECTORIES = [
  "/usr/bin",
  "/usr/sbin",
  "/usr/lib/git-core",
  "/usr/share/git-core",
  "/var/lib/dpkg/info",
];
/** WHY only scripts of git and of packages that every Debian has: what else is installed decides no test; `npm run scripts` reads all. */
const USUAL =
  /\/git-core\/|\/(?:[efr]?grep|z\w+|gunzip|gzexe|uncompress|bashbug|ldd|tzselect|savelog|dpkg-[\w-]+|tarcat|service|invoke-rc\.d)$|\/info\/(?:base-\w+|bash|coreutils|dash|debianutils|dpkg|findutils|grep|gzip|hostname|init-system-helpers|libc-bin|login|ncurses-bin|perl-base|sed|sysvinit-utils|tar|util-linux)\.\w+$/;
const SCRIPTS = 120;
const DAMAGED = 200;
const SEED = 1;
const hasBash = existsSync("/bin/bash");

function compareAll(sources: readonly string[]): readonly Agreement[] {
  const readings = readWithBash(sources);
  return sources.flatMap((source, at) => {
    const reading = readings[at];
    return reading === undefined ? [] : [compareReadings(source, reading)];
  });
}

describe("scripts of this system", () => {
  const scripts = sample(
    findScripts(DIRECTORIES).filter((path) => USUAL.test(path)),
    SCRIPTS,
    SEED,
  )
    .map(readScript)
    .filter((script) => script !== undefined);

  it("are read by bash and by us alike", (context) => {
    if (!hasBash) context.skip("bash is not installed");
    if (scripts.length === 0) context.skip("this system holds no scripts");
    const agreements = compareAll(scripts.map(({ source }) => source));
    const different = agreements.flatMap((agreement, at) =>
      isDifference(agreement) ? [{ path: scripts[at]?.path, ...agreement }] : [],
    );
    expect(different).toEqual([]);
    expect(agreements.some(({ kind }) => kind === "agreed")).toBe(true);
  });

  it("differ only for a known reason where they are damaged", (context) => {
    if (!hasBash) context.skip("bash is not installed");
    const sources = damagedScripts(
      scripts.map(({ source }) => source),
      DAMAGED,
      SEED,
    );
    if (sources.length === 0) context.skip("this system holds no short scripts");
    const agreements = compareAll(sources);
    const unexplained = agreements.flatMap((agreement, at) => {
      const source = sources[at] ?? "";
      const isOpen = isDifference(agreement) && reasonOf(agreement, source) === undefined;
      return isOpen ? [{ source, ...agreement }] : [];
    });
    expect(unexplained).toEqual([]);
  });
});

describe("the comparison", () => {
  it.for([
    ["a $(b `c`) | d && (e; { f; })", "agreed"],
    ["a <<E; b\n$(c)\nE\nd", "agreed"],
    ["case x in a | b) c ;; (d) e ;& esac; [[ $(f) =~ ^(g|h)$ ]]", "agreed"],
    ["echo a (b)", "both-reject"],
    ["[[ a b", "both-reject"],
    ["rm !(a)", "not-printed"],
    [`: ${"x".repeat(64 * 1024)}`, "past-bound"],
    ['a `echo "x`', "only-bash-accepts"],
    ["t(rue", "only-we-accept"],
    ["echo $[ 1", "only-we-accept"],
    ["a && !&& b", "only-we-accept"],
    ["coproc a b", "other-commands"],
    ["case x in a|&b) c ;; esac", "only-we-accept"],
    ["a \\\n (  --b c", "only-we-accept"],
    ["case a in\n b)\n for x\n in a; do b; done\n;; esac", "only-we-accept"],
    ["a 8>9>&2", "only-we-accept"],
    [">f for x", "only-bash-accepts"],
    ['a "$(b c case d)"', "only-bash-accepts"],
  ] as const)("of %j: %s", ([source, kind], context) => {
    if (!hasBash) context.skip("bash is not installed");
    const [agreement] = compareAll([source]);
    expect(agreement?.kind).toBe(kind);
    if (agreement !== undefined && isDifference(agreement))
      expect(reasonOf(agreement, source)).toBeDefined();
  });

  it.each(["a b", "a c; b", "a; $(c)", "c"])("sees that bash found %j and not `a; b`", (other) => {
    const printed = `f () \n{ \n    ${other}\n}`;
    const agreement = compareReadings("a; b", { accepts: "plain", complaint: "", printed });
    expect(agreement.kind).toBe("other-commands");
    expect(reasonOf(agreement, "a; b")).toBeUndefined();
  });

  it("runs nothing of a text, whatever it closes and opens", (context) => {
    if (!hasBash) context.skip("bash is not installed");
    const sources = ["}; echo ran >&2; f() {", "a; }; exit 9; {", "unset -f f0; exit 9"];
    const readings = readWithBash(sources);
    expect(readings.map(({ accepts }) => accepts)).toEqual(["no", "no", "plain"]);
    expect(readings[2]?.printed).toContain("exit 9");
  });
});
