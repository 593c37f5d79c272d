// What runs behind `||`: only what succeeds whatever happens keeps it from running.
import { afterAll, expect, it } from "vitest";
import { judgeCommand, makeProject } from "../../judging.ts";

const place = makeProject();
afterAll(() => place.remove());

// Each was run in bash: what stands behind `||` ran.
const MAY_FAIL = [
  "local x",
  "export 1x=1",
  "readonly r; declare r=2",
  "declare -f nosuch",
  "unset UID",
  "alias nosuch",
  "unalias nosuch",
  "shopt -s nosuch",
  "set -o nosuch",
  "shift 5",
  "trap true NOSUCH",
  "getopts",
  "printf",
  "pwd -Z",
  "exec >&-; echo a",
  "echo a >&7",
  ": < nosuch",
  "x=$(false)",
  "x=1 y=`false`",
  "a=($(false))",
  "$(false)",
  "((1/0))",
  "f() { false; }; f",
];

const SUCCEED = ["true", ":", "x=1", "eval", "f() { :; }", "true; true", "((1))"];

it.each(MAY_FAIL)("what stands behind `%s ||` is followed", async (command) => {
  const { verdict } = await judgeCommand(place, `${command} || rm -rf ~/x`);
  expect(verdict).toBe("deny");
});

it.each(SUCCEED)("what stands behind `%s ||` never runs", async (command) => {
  const { verdict } = await judgeCommand(place, `${command} || rm -rf ~/x`);
  expect(verdict).toBe("allow");
});
