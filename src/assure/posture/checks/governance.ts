// How what people approved is looked at: exceptions, reviews of policies, and whether a policy was tried since it changed.
import { memberOf } from "#base/json.ts";
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { absence, filesIn, lineFault } from "../looking.ts";
import type { SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";

/** An exception as a file has it, with its line. */
type WrittenException = { readonly file: SeenFile; readonly line: number; readonly value: unknown };

const FILES =
  /(?:^|\/)(?:\.sallyport\/.*|[\w.-]*(?:exceptions?|waivers?|allowances?|risk-?accept\w*)[\w.-]*)\.(?:ya?ml|json)$|^(?:\/?etc\/)?sallyport\/policy\.yaml$/i;
const POLICIES = /(?:^|\/)\.sallyport\/policy\.ya?ml$|^\/etc\/sallyport\/policy\.yaml$/;
/** Where policies of a whole organization are kept, one to a file. */
const LIBRARIES = /(?:^|\/)(?:\.sallyport\/)?polic(?:y|ies)\/.+\.ya?ml$/;
const LISTS = ["exceptions", "waivers", "allowances", "exemptions"];

function policyFiles({ repository, system, managed, yaml }: AuditInputs): readonly SeenFile[] {
  const kept = filesIn([repository, system], LIBRARIES).filter((file) => {
    const reading = yaml(file);
    return reading.kind === "read" && isPolicy(reading.value);
  });
  return [...new Set([...filesIn([repository, system, managed], POLICIES), ...kept])];
}

/** Whether a file of a folder for policies is one of ours, and not one of a cluster or a cloud. */
function isPolicy(value: unknown): boolean {
  const has = (key: string) => memberOf(value, key) !== undefined;
  if (has("apiVersion") || has("kind") || has("Statement") || has("statements")) return false;
  return has("id") && (has("review") || has("extends") || (has("version") && has("rules")));
}

/** Exceptions that files of the repository and the organization write down. */
function exceptionsIn(auditInputs: AuditInputs): readonly WrittenException[] {
  return filesIn([auditInputs.repository, auditInputs.system, auditInputs.managed], FILES).flatMap(
    (file) => {
      const reading = auditInputs.yaml(file);
      if (reading.kind === "fault") return [];
      const held = [{ path: [] as string[], list: reading.value }].concat(
        LISTS.map((key) => ({ path: [key], list: memberOf(reading.value, key) })),
      );
      // One exception to a document; what stands in later documents has no line of its own.
      const later = reading.more.flatMap((value) =>
        [value, ...LISTS.map((key) => memberOf(value, key))].flatMap((list) =>
          entriesOf(list).map((entry) => entry.value),
        ),
      );
      const more = [
        ...[reading.value, ...reading.more].filter((value) => isEntry(value)),
        ...later,
      ];
      return [
        ...more.map((value) => ({ file, line: 1, value })),
        ...held.flatMap(({ path, list }) =>
          entriesOf(list).map(({ key, value }) => ({
            file,
            line: reading.place([...path, key]).line,
            value,
          })),
        ),
      ];
    },
  );
}

/** A document that is one exception by itself. */
const isEntry = (value: unknown): boolean =>
  memberOf(value, "scope") !== undefined &&
  ["approver", "approved_by", "owner", "expires"].some((key) => memberOf(value, key) !== undefined);

/** What an entry of a register says of itself, one of them at least: calendars and code have exceptions too. */
const REGISTER = [
  ...["scope", "rule", "rules", "owner", "approver", "approved_by", "approvedBy", "granted_by"],
  ...["expires", "expiry", "expires_at", "expiresAt", "until", "valid_until", "reason", "ticket"],
  ...["paths", "commands", "permissions", "tools", "allow"],
];

/** Exceptions of a list, or of a mapping by their names where each entry looks like one. */
function entriesOf(
  list: unknown,
): readonly { readonly key: string | number; readonly value: unknown }[] {
  const has = (value: unknown, keys: readonly string[]): boolean =>
    keys.some((key) => memberOf(value, key) !== undefined);
  if (Array.isArray(list)) {
    const isRegister = list.some((value) => has(value, REGISTER));
    return isRegister ? list.map((value: unknown, key) => ({ key, value })) : [];
  }
  if (typeof list !== "object" || list === null) return [];
  const entries = Object.entries(list).map(([key, value]: [string, unknown]) => ({ key, value }));
  const isOne = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    has(value, ["scope", "approver", "expires"]);
  return entries.every(({ value }) => isOne(value)) ? entries : [];
}

function ofExceptions(
  find: (value: unknown, auditInputs: AuditInputs) => string | undefined,
  fix: string,
  ofStatements: (auditInputs: AuditInputs) => readonly Fault[] = () => [],
): Look {
  return (auditInputs) => {
    const written = exceptionsIn(auditInputs);
    const stated = ofStatements(auditInputs);
    if (written.length === 0 && stated.length === 0) {
      if (auditInputs.statements.kind === "unseen") return unseen(auditInputs.statements.why);
      return auditInputs.statements.value.length === 0
        ? notApplicable("no exception is written down")
        : verdict(["statements"], []);
    }
    const faults = written.flatMap(({ file, line, value }) => {
      const message = find(value, auditInputs);
      return message === undefined ? [] : [lineFault(file, line, message, fix)];
    });
    return verdict(
      [...new Set(written.map(({ file }) => file.shown)), "statements"],
      [...faults, ...stated],
    );
  };
}

const EXPIRY = [
  "expires",
  "expiry",
  "expiresAt",
  "expires_at",
  "until",
  "valid_until",
  "validUntil",
  "end",
  "ends",
];
const firstOf = (value: unknown, keys: readonly string[]) =>
  keys
    .map((key) => memberOf(value, key))
    .find((one) => one !== undefined && one !== null && one !== "");

/** Whether a name says who it is: an empty list, a dash and a word for later name nobody. */
function isSomebody(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((one) => isSomebody(one));
  if (typeof value === "number" || typeof value === "boolean") return isSomebody(String(value));
  if (typeof value !== "string") return value !== undefined;
  return !/^(?:|-+|\?+|~|x+|none|nobody|n\/a|null|unknown|unassigned|vacant|pending|to ?do|tb[acd]|to be (?:decided|determined|confirmed|assigned|named)|<[^>]*>|\[[^\]]*\]|your[- ]?name|changeme)$/i.test(
    value.trim(),
  );
}

/** Functions of the family `governance`. */
export const governanceLooks: Looks = {
  "exception-expired": ofExceptions(
    (value, { nowMs }) => {
      const end = Date.parse(wordOf(firstOf(value, EXPIRY)));
      const isClosed =
        /^(?:revoked|closed|withdrawn|expired|inactive)$/i.test(
          wordOf(memberOf(value, "status") ?? memberOf(value, "state")),
        ) || memberOf(value, "active") === false;
      return Number.isNaN(end) || end + 86_400_000 > nowMs || isClosed
        ? undefined
        : "the exception has ended, and is still written down as in force";
    },
    "take it out, or have it approved again with a new end",
    ({ statements }) =>
      statements.kind === "seen"
        ? statements.value
            .filter(({ state, isHere, kind }) => state === "expired" && isHere && kind === "waiver")
            .map(({ about, owner, until }) => ({
              evidence: about,
              message: `the waiver of ${owner} ended on ${until}`,
              fix: "withdraw it: `sallyport waiver withdraw`, or state it again",
            }))
        : [],
  ),
  "exception-without-owner": ofExceptions((value) => {
    const owner = firstOf(value, ["owner", "owned_by", "responsible"]);
    const approver = firstOf(value, [
      "approver",
      "approved_by",
      "approvedBy",
      "approval",
      "granted_by",
    ]);
    const isOwned = isSomebody(owner);
    if (isOwned && isSomebody(approver)) return undefined;
    return `nobody is named as ${isOwned ? "approver" : "owner"}`;
  }, "add `owner` and `approver`, two people"),
  "exception-without-expiry": ofExceptions((value) => {
    const end = firstOf(value, EXPIRY);
    return end === undefined ||
      /^(?:never|none|permanent(?:ly)?|unlimited|indefinite(?:ly)?|forever|open(?:[- ]ended)?|ongoing|tb[acd]|to be (?:decided|determined|confirmed)|unknown|later|until further notice|no(?: (?:end|expiry))?|\?+|n\/a|-|9999.*|2099.*)$/i.test(
        wordOf(end),
      )
      ? "the exception never ends"
      : undefined;
  }, "add `expires` with a day within 90 days"),
  "exception-broad": ofExceptions((value) => {
    const text = JSON.stringify(
      firstOf(value, [
        "scope",
        "rules",
        "rule",
        "paths",
        "path",
        "commands",
        "command",
        "permissions",
        "allow",
        "tools",
        "tool",
        "match",
        "repos",
        "repository",
        "repositories",
      ]) ?? null,
    );
    const all = JSON.stringify(value) ?? "";
    const isBroad =
      /"(?:\*{1,2}|all|any|everything|Bash|Bash\((?:\*|:\*)\)|\*\*\/\*|\/|~|\/\*\*)"/i.test(text) ||
      /"Bash(?:\((?:\*|:\*)\))?"|bypassPermissions|dangerously-skip-permissions/.test(all) ||
      /"rules":\[(?:"[^"]*",){4,}/.test(all);
    return isBroad ? "the exception opens more than one narrow thing" : undefined;
  }, "name the one rule, effect and path that are needed"),
  "policy-review-overdue": ofPolicies(({ review, auditInputs }) => {
    const day = wordOf(memberOf(review, "next")).slice(0, 10);
    const today = new Date(auditInputs.nowMs).toISOString().slice(0, 10);
    if (!/^\d{4}-\d{2}-\d{2}/.test(day) || day >= today) return undefined;
    return {
      key: ["review", "next"],
      message: `the review was due on ${day}`,
      fix: "read the policy, then write `review.reviewed` and `review.next`",
    };
  }),
  "policy-without-owner": ofPolicies(({ review }) =>
    firstOf(review, ["owner"]) !== undefined
      ? undefined
      : {
          key: ["review"],
          message: "nobody is named who answers for the policy",
          fix: "add `review: { owner: NAME, next: YYYY-MM-DD }`",
        },
  ),
  "policy-changed-since-test": ofPolicies(({ review }) => {
    const reviewed = dayOf(memberOf(review, "reviewed"));
    const retested = dayOf(memberOf(review, "retested"));
    if (retested !== undefined && (reviewed === undefined || retested >= reviewed))
      return undefined;
    return {
      key: ["review"],
      message:
        retested === undefined
          ? "nothing says that the policy was ever tried"
          : `the policy was changed on ${reviewed}, and tried on ${retested}`,
      fix: "run `sallyport policy test FILE`, then write the day as `review.retested`",
    };
  }),
  "idle-rules": (auditInputs) => {
    const { idleRules } = auditInputs;
    if (idleRules === undefined) return unseen("nobody asked the record which rules spoke");
    if (idleRules.kind === "unseen") return unseen(idleRules.why);
    const { days, asked, rules } = idleRules.value;
    if (asked === 0)
      return notApplicable("no policy file in force here has rules of its own that allow or ask");
    return verdict(
      [`the record of ${days} days`],
      rules.map((rule) => ({
        ...absence(
          `\`${rule}\` decided nothing for ${days} days`,
          "take the rule out, or write what was meant: `sallyport policy backtest` shows what each change does",
        ),
        evidence: rule,
      })),
    );
  },
};

function dayOf(value: unknown): string | undefined {
  const text = wordOf(value);
  return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
}

/** A text, a number or a day as a text. */
function wordOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** What is wrong with the review record of a policy file, and under which key. */
type ReviewFault = {
  readonly key: readonly string[];
  readonly message: string;
  readonly fix: string;
};

/** A look at the review record of each policy file of ours that can be read. */
function ofPolicies(
  faultOf: (of: {
    readonly review: unknown;
    readonly auditInputs: AuditInputs;
  }) => ReviewFault | undefined,
): Look {
  return (auditInputs) => {
    const files = policyFiles(auditInputs);
    if (files.length === 0) return notApplicable("there is no policy file of ours");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) => {
        const reading = auditInputs.yaml(file);
        if (reading.kind === "fault") return [];
        const fault = faultOf({ review: memberOf(reading.value, "review"), auditInputs });
        if (fault === undefined) return [];
        const { key, message, fix } = fault;
        return [lineFault(file, reading.place(key).line, message, fix)];
      }),
    );
  };
}
