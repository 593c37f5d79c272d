// The words of refusals and questions: their lines, what is left out, and bounds on what others wrote.
import { expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { faultsOf } from "../../told-texts.ts";

const at = { start: 0, end: 3 };
const readsKey: Effect = {
  kind: "read",
  target: { kind: "path", path: "/h/.ssh/id", real: "/h/.ssh/id", reach: "entry" },
  via: ["xargs", "cat"],
  at,
};
const contacts: Effect = {
  kind: "egress",
  destination: { host: "git.example", port: undefined, scheme: "https" },
  carries: [{ kind: "repository" }],
  via: ["git"],
  at,
};
const pushes: Effect = {
  kind: "publish",
  channel: "git",
  destination: "https://git.example/a.git",
  refs: ["x"],
  via: ["git"],
  at,
};

const told = { what: "reads `~/.ssh/id`", why: "private keys stay private" };

function reasonOf(change: Partial<Reason> = {}): Reason {
  const text = "reads `/h/.ssh/id`: private keys stay private";
  return {
    verdict: "deny",
    rule: "builtin:team/keys",
    effect: 0,
    text,
    instead: "ask the person to run it",
    told,
    ...change,
  };
}

function decision(change: Partial<Decision> = {}): Decision {
  return {
    verdict: "deny",
    reasons: [reasonOf()],
    effects: [readsKey],
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 1,
    ...change,
  };
}

test("a refusal says what, why, what instead, that no spelling helps, and which rule", () => {
  expect(reasonText(decision())).toBe(
    "sallyport: refused. This reads `~/.ssh/id` (through xargs, cat)\n" +
      "Why: private keys stay private\n" +
      "Instead: ask the person to run it\n" +
      "Rephrasing will not help: ask the person to run it.\n" +
      "More: sallyport explain --last [builtin:team/keys]",
  );
});

test("a question is told to the person, without a word about spellings", () => {
  const reasons = [reasonOf({ verdict: "ask", instead: undefined })];
  expect(reasonText(decision({ verdict: "ask", reasons }))).toBe(
    "sallyport: this reads `~/.ssh/id` (through xargs, cat)\n" +
      "Why: private keys stay private\n" +
      "The agent could instead tell the person what this is for and let them decide\n" +
      "More: sallyport explain --last [builtin:team/keys]",
  );
});

test("a form that was judged comes before the words of the rule", () => {
  const alternative = { command: "cat a.example", verdict: "allow" } as const;
  expect(reasonText(decision({ alternative })).split("\n")[2]).toBe(
    "Instead: run `cat a.example` (allowed), or ask the person to run it",
  );
  const asked = decision({ alternative: { ...alternative, verdict: "ask" }, verdict: "ask" });
  expect(reasonText(asked).split("\n")[2]).toBe(
    "The agent could instead run `cat a.example` (not refused), or ask the person to run it",
  );
  const long = { command: "x".repeat(301), verdict: "allow" } as const;
  expect(reasonText(decision({ alternative: long }))).not.toContain("xx");
});

test("of more rules three are told in a line each, all of them by name, none twice", () => {
  const others = [
    "builtin:team/a",
    "builtin:team/a",
    "site:shop/b",
    "guard/c",
    "builtin:team/d",
    "builtin:team/e",
  ].map((rule, index) =>
    reasonOf({ rule, told: { what: `does ${index}`, why: "it may" }, effect: undefined }),
  );
  const lines = reasonText(decision({ reasons: [reasonOf(), ...others] })).split("\n");
  expect(lines.slice(2, 6)).toEqual([
    "- also does 0; it may",
    "- also does 2; it may",
    "- also does 3; it may",
    "- and 2 more",
  ]);
  expect(lines.at(-1)).toBe(
    "More: sallyport explain --last [builtin:team/keys; also a, site:shop/b, guard/c, d, e]",
  );
});

test("another rule about the same thing says only why", () => {
  const other = reasonOf({ rule: "builtin:team/b", told: { ...told, why: "it is far away" } });
  expect(reasonText(decision({ reasons: [reasonOf(), other] }))).toContain(
    "\n- also: it is far away\n",
  );
});

test("how a push comes about is no second thing, what it sends beside the repository is", () => {
  const told = { what: "contacts `git.example`", why: "data would leave this machine" };
  const reasons = [
    reasonOf({ verdict: "ask", rule: "builtin:team/publish", told: { what: "pushes", why: "x" } }),
    reasonOf({ verdict: "ask", rule: "builtin:team/egress", effect: 1, told }),
  ];
  const textOf = (effect: Effect): string =>
    reasonText(decision({ verdict: "ask", reasons, effects: [pushes, effect] }));
  expect(textOf(contacts)).not.toContain("- also");
  expect(textOf(contacts)).toContain("[builtin:team/publish; also egress]");
  const sends = { ...contacts, carries: [{ kind: "environment" }] } as const;
  expect(textOf(sends)).toContain("- also contacts `git.example`; data would leave this machine");
  expect(textOf({ ...contacts, at: { start: 5, end: 9 } })).toContain("- also contacts");
});

test("a question that nobody can answer is told once", () => {
  const asked = reasonOf({ verdict: "ask" });
  const why = `${told.why}; nobody can answer`;
  const refused = reasonOf({
    rule: "guard/nobody-to-ask",
    effect: undefined,
    told: { ...told, why },
  });
  const text = reasonText(decision({ reasons: [refused, asked] }));
  expect(text).not.toContain("- also");
  expect(text).toContain("Rephrasing will not help: say at the end what you could not do.");
});

test("a fault of the guard's own says nothing of spellings: trying again may help", () => {
  const failed = reasonOf({ rule: "guard/failed", effect: undefined });
  expect(reasonText(decision({ reasons: [failed] }))).not.toContain("spelling");
});

test("an allowed call is told in two lines, with nothing to do instead", () => {
  const reasons = [reasonOf({ verdict: "allow", text: "reads `a`: it is yours" })];
  expect(reasonText(decision({ verdict: "allow", reasons }))).toBe(
    "sallyport: reads `a`: it is yours\n[builtin:team/keys]",
  );
});

test("a program that the call itself names is not named again", () => {
  const effects = [{ ...readsKey, via: ["cat"] }];
  expect(reasonText(decision({ effects }))).not.toContain("through");
});

test("a long first line is cut, and no backtick loses its other half", () => {
  for (let length = 60; length < 120; length++) {
    const what = `reads \`${"x".repeat(length)}\` and \`y\``;
    const reasons = [reasonOf({ told: { what, why: "so" } })];
    expect(faultsOf(reasonText(decision({ reasons })), "deny", "builtin:team/keys")).toEqual([]);
  }
});

test("long and hostile words stay bounded, one line each, without control characters", () => {
  const nasty = "\u001b[31m\n\u202e\u0007x\ud800".repeat(2000);
  const hostile = reasonOf({
    text: nasty,
    instead: nasty,
    rule: nasty,
    told: { what: nasty, why: nasty },
  });
  for (const reasons of [[hostile], [hostile, { ...hostile, rule: "x" }]]) {
    for (const verdict of ["deny", "ask", "allow"] as const) {
      const text = reasonText(decision({ verdict, reasons }));
      expect(text.length).toBeLessThanOrEqual(2000);
      expect(text.split("\n").length).toBeLessThanOrEqual(6);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Surrogate}]/u);
    }
  }
});
