// Globs below /proc: what the kernel makes up, what is filled in with the processes that are there, and the same in the client's rules.
import { expect, test } from "vitest";
import { isMadeUp, isOfProcesses, isRuleOfProcesses } from "#guard/policy/process-files.ts";
import { sandboxPatterns } from "#guard/policy/sandbox-patterns.ts";

test.each([
  ["/proc/*/environ", true, true],
  ["/proc/**", true, true],
  ["/proc/?/mem", true, true],
  ["/proc/[0-9]*/mem", true, true],
  ["/proc/{1,2}/mem", true, false],
  ["/proc/self/*", true, true],
  ["/proc/kcore", true, false],
  ["/proc/self/environ", true, false],
  ["/proc/\\*", true, false],
  ["/proc", false, false],
  ["/process/*", false, false],
  ["/srv/proc/*/environ", false, false],
  ["~/proc/*", false, false],
  ["proc/*", false, false],
])("%s is made up: %s, of processes: %s", (glob, madeUp, ofProcesses) => {
  expect(isMadeUp(glob)).toBe(madeUp);
  expect(isOfProcesses(glob)).toBe(ofProcesses);
  // The client's sandbox gets no pattern of just those, and its rules are told apart alike.
  const why = "commands see the processes of their own call alone";
  if (ofProcesses) expect(sandboxPatterns(glob)).toEqual({ kind: "none", why });
  else expect(sandboxPatterns(glob)).not.toMatchObject({ why });
  expect(isRuleOfProcesses(`Read(/${glob})`)).toBe(ofProcesses);
  expect(isRuleOfProcesses(`Edit(/${glob})`)).toBe(false);
});
