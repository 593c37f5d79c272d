// The policy of the egress proxy: rules about hosts, ports, methods and classes of destinations. What no rule allows is refused.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";

const POLICY_CHARS_MAX = 200_000;
/** Classes of destinations; `web` is every host that no class names. */
export const CLASS_IDS = [
  ...["model", "mcp", "plugins", "updates", "telemetry"],
  ...["authentication", "registry", "source-control", "web"],
] as const;
export type ClassId = (typeof CLASS_IDS)[number];

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500), v.regex(/^[^\p{Cc}]*$/u));
const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "small letters, digits, dashes"));
/** WHY an asterisk for a whole label or a part of the first: `*.example.com` is every name below, and never the name itself. */
const hostPattern = v.pipe(
  v.string(),
  v.maxLength(253),
  v.regex(
    /^(?:\*|\*?-?[a-z0-9]|[0-9a-f]*:)(?:[a-z0-9._:-]|\.\*(?=\.))*$/,
    "a host in small letters, such as `api.example.com`, `*.example.com`, or an address in numbers",
  ),
  v.check((value) => value !== "*" && value !== "*.", "a host; for every host name a class"),
);
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const method = v.pipe(v.string(), v.regex(/^[A-Z]{1,20}$/, "a method such as GET"));

const RuleSchema = v.pipe(
  v.strictObject({
    id,
    verdict: v.optional(v.picklist(["allow", "deny"]), "allow"),
    classes: v.optional(v.pipe(v.array(v.picklist(CLASS_IDS)), v.minLength(1), v.maxLength(16))),
    hosts: v.optional(v.pipe(v.array(hostPattern), v.minLength(1), v.maxLength(1_000))),
    ports: v.optional(v.pipe(v.array(port), v.minLength(1), v.maxLength(64))),
    /** Of plain HTTP. A tunnel hides its methods, so such a rule lets none through. */
    methods: v.optional(v.pipe(v.array(method), v.minLength(1), v.maxLength(32))),
    /** The host may have an address of the network around the proxy. */
    internal: v.optional(v.boolean(), false),
    reason: v.optional(text),
  }),
  v.check(
    (rule) => rule.classes !== undefined || rule.hosts !== undefined,
    "a rule names `hosts` or `classes`",
  ),
  v.check(
    ({ internal, hosts, verdict }) => !internal || (hosts !== undefined && verdict === "allow"),
    "`internal` belongs to a rule that allows `hosts`",
  ),
);
const PolicySchema = v.pipe(
  v.strictObject({
    /** Whether a program without a session's token is answered. */
    sessions: v.optional(v.picklist(["required", "optional"]), "required"),
    /** Further hosts of a class: servers of yours. */
    classes: v.optional(
      v.record(v.picklist(CLASS_IDS), v.pipe(v.array(hostPattern), v.maxLength(1_000))),
      {},
    ),
    rules: v.pipe(v.array(RuleSchema), v.maxLength(500)),
  }),
  v.check(
    ({ rules }) => new Set(rules.map((rule) => rule.id)).size === rules.length,
    "each rule has an `id` of its own",
  ),
);

/** A policy as it was read. */
export type NetworkPolicy = v.InferOutput<typeof PolicySchema>;
export type NetworkRule = NetworkPolicy["rules"][number];

const ClassesSchema = v.strictObject({
  id: v.literal("classes"),
  title: text,
  description: text,
  classes: v.array(
    v.strictObject({ id: v.picklist(CLASS_IDS), does: text, hosts: v.array(hostPattern) }),
  ),
});
export type DestinationClasses = v.InferOutput<typeof ClassesSchema>["classes"];

/** Reads a policy. Throws Failure `network-syntax` or `network-invalid` with line and column. */
export function parseNetworkPolicy(source: string, file: string): NetworkPolicy {
  const options = { file, kind: "network", schema: PolicySchema, charsMax: POLICY_CHARS_MAX };
  return readDeclaration(source, options).value;
}

/** Reads the classes that ship. */
export function parseDestinationClasses(source: string, file: string): DestinationClasses {
  const options = { file, kind: "network-classes", schema: ClassesSchema };
  return readDeclaration(source, { ...options, charsMax: POLICY_CHARS_MAX }).value.classes;
}

/** What is asked of the policy. `method`: undefined in a tunnel. `isNumber`: the host is an address in numbers. */
export type EgressQuestion = {
  readonly host: string;
  readonly port: number;
  readonly method: string | undefined;
  readonly isNumber: boolean;
};

/** What it says. `rule`: undefined where no rule speaks of the host. */
export type EgressVerdict = {
  readonly isAllowed: boolean;
  readonly why: "rule" | "host" | "port" | "method" | "number";
  readonly rule: string | undefined;
  readonly class: ClassId;
  readonly isInternal: boolean;
};

/** Ports of a rule that names none. */
export const USUAL_PORTS: readonly number[] = [80, 443];

/** Holds a question against the rules: a rule that denies beats every other, and nothing is allowed by itself. */
export function decideEgress(
  { rules, classes: own }: NetworkPolicy,
  shipped: DestinationClasses,
  asked: EgressQuestion,
): EgressVerdict {
  const found = classOf(asked.host, shipped, own);
  const base = { class: found, isInternal: false, rule: undefined };
  const speaking = rules.filter((rule) => speaksOf(rule, asked, found));
  const isAt = ({ ports = USUAL_PORTS }: NetworkRule): boolean => ports.includes(asked.port);
  const isHow = ({ methods }: NetworkRule): boolean =>
    methods === undefined || (asked.method !== undefined && methods.includes(asked.method));
  // What denies a method in the open denies the tunnel too: nobody sees what is asked inside of one.
  const denied = speaking.find(
    ({ verdict, ports, methods }) =>
      verdict === "deny" &&
      (ports === undefined || ports.includes(asked.port)) &&
      (methods === undefined || asked.method === undefined || methods.includes(asked.method)),
  );
  if (denied !== undefined) return { ...base, isAllowed: false, why: "rule", rule: denied.id };
  const allowing = speaking.filter(({ verdict }) => verdict === "allow");
  const here = allowing.filter(isAt);
  const rule = here.find(isHow);
  if (rule !== undefined) {
    const isInternal = here.some((one) => isHow(one) && one.internal);
    return { ...base, isAllowed: true, why: "rule", rule: rule.id, isInternal };
  }
  const why =
    here.length > 0
      ? "method"
      : allowing.length > 0
        ? "port"
        : asked.isNumber
          ? "number"
          : "host";
  return { ...base, isAllowed: false, why };
}

/** WHY no class and no pattern for an address in numbers: nothing says whose it is. */
function speaksOf(
  { hosts, classes, verdict }: NetworkRule,
  { host, isNumber }: EgressQuestion,
  found: ClassId,
): boolean {
  if (isNumber && verdict === "allow") return hosts?.includes(host) === true;
  return (
    (hosts === undefined || hosts.some((pattern) => matchesHost(pattern, host))) &&
    (classes === undefined || classes.includes(found))
  );
}

/** The class of a host: the site's own lists first. */
export function classOf(
  host: string,
  shipped: DestinationClasses,
  own: NetworkPolicy["classes"] = {},
): ClassId {
  const isIn = (patterns: readonly string[] = []): boolean =>
    patterns.some((pattern) => matchesHost(pattern, host));
  return (
    CLASS_IDS.find((one) => isIn(own[one])) ??
    shipped.find(({ hosts }) => isIn(hosts))?.id ??
    "web"
  );
}

/** `*.a.b` is every name below `a.b`; an asterisk elsewhere stands for one label, at the beginning of one for a part of it. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern.startsWith("*."))
    return !pattern.slice(2).includes("*") && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
  const [labels, named] = [pattern.split("."), host.split(".")];
  return (
    labels.length === named.length &&
    labels.every((label, at) => {
      const other = named[at] ?? "";
      if (label === "*") return other !== "";
      return label.startsWith("*") ? other.endsWith(label.slice(1)) && other.length >= label.length : label === other;
    })
  );
}
