// The proof before a managed deployment is put in force: which client, what it is asked, and the line of whatever does not hold.
import { resolve } from "node:path";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { isObject } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import type { PlacedSite } from "#govern/compile/site.ts";
import { CANARY_FAULTS } from "#govern/deploy/canary.ts";
import type { Deployment } from "#govern/deploy/deployment.ts";
import { parsed } from "#govern/deploy/drift.ts";
import {
  type HarmlessCall,
  type ProofFault,
  REFUSABLE_CALLS,
  type SitePart,
} from "#govern/deploy/proof.ts";
import { placeOfRule, placeOfToolDenial } from "#govern/library/rule-place.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { type ProofReport, proveDeployment } from "../../services/canary/proof-session.ts";
import { clientsOnPath, isProgram } from "../../services/canary/runtimes.ts";
import type { DeploymentPlan, MachinePlaces } from "../../services/deploy/deployment-plan.ts";

/** What the record says of a proof. */
export type ProofRecord = NonNullable<Deployment["proof"]>;

/** What is proven, and how. */
export type ProofWish = {
  readonly plan: DeploymentPlan;
  readonly machine: MachinePlaces;
  readonly placed: PlacedSite;
  readonly policy: { readonly policy: Policy; readonly text: string; readonly from: string };
  readonly client: string | undefined;
  readonly mayRefuse: readonly HarmlessCall[];
};

/** The calls that a policy may be meant to refuse, from a list with commas. Throws a Failure `usage` for another word. */
export function refusableCalls(text: string | undefined): readonly HarmlessCall[] {
  const words = (text ?? "").split(",").map((word) => word.trim());
  return words
    .filter((word) => word !== "")
    .map((word) => {
      const known = REFUSABLE_CALLS.find((call) => call === word);
      if (known !== undefined) return known;
      throw new Failure(
        "usage",
        `\`--may-refuse\` takes ${REFUSABLE_CALLS.join(", ")}, not \`${printable(word.slice(0, 60))}\``,
      );
    });
}

/**
 * Asks the client. Gives the record and lines for people; throws a Failure `proof` where nobody could be asked, and where a
 * harmless call is refused or a harmful one runs, at the line of the site or policy that makes it so.
 */
export async function prove(
  wish: ProofWish,
): Promise<{ readonly record: ProofRecord; readonly lines: readonly string[] }> {
  const client = clientFor(wish.client);
  const report = await proveDeployment({
    client,
    managed: wish.machine.directory,
    planned: wish.plan.files.map(({ path, before, after }) => ({
      path,
      text: after?.text,
      mode: after?.mode ?? before?.mode ?? 0o644,
    })),
    hasHooks: wish.placed.site.hooks !== undefined,
    deniesSecrets: deniesSecrets(wish.plan),
    remote: remoteOf(wish.policy.policy),
    mayRefuse: wish.mayRefuse,
  }).catch((cause: unknown) => {
    throw new Failure("proof", `${CANARY_FAULTS["not-startable"]}: \`${printable(client)}\``, {
      cause,
    });
  });
  if (report.kind === "not-asked")
    throw new Failure(
      "proof",
      `nothing is put in force, because nothing could be proven [${report.because}]: ${report.why}; \`--without-proof\` deploys all the same, and says so on record`,
    );
  const { verdict } = report;
  if (verdict.kind === "not-proven") throw refusal(verdict.fault, wish);
  return {
    record: { kind: "proven", client: verdict.version, refused: refusedIn(report) },
    lines: linesOf(report, verdict.version, wish),
  };
}

/** The client that is asked. Throws a Failure `proof` where there is none. */
function clientFor(named: string | undefined): string {
  const client = named === undefined ? clientsOnPath(process.env["PATH"] ?? "")[0] : resolve(named);
  if (client !== undefined && isProgram(client)) return client;
  const why =
    client === undefined
      ? "no `claude` is on PATH"
      : `there is no program \`${printable(client)}\` that may be started`;
  throw new Failure(
    "proof",
    `nothing is put in force, because nothing could be proven [client-missing]: ${why}; name a client with \`--client FILE\`, or deploy without one with \`--without-proof\`, which is said on record`,
  );
}

function refusal(fault: ProofFault, wish: ProofWish): Failure<"proof"> {
  const { call, fault: id, why, rule } = fault;
  const place = placeOf(fault, wish);
  const by = rule === undefined ? "" : ` by \`${printable(rule)}\``;
  const meant =
    REFUSABLE_BY[id] === true
      ? "; where the policy is meant to refuse it: `--may-refuse commit,test,push`"
      : "";
  return new Failure(
    "proof",
    `nothing is put in force: the client, asked under these settings, shows that ${call} does not go well${by} [${id}]: ${why}${meant}`,
    place === undefined ? {} : { at: place },
  );
}

const REFUSABLE_BY: Readonly<Partial<Record<ProofFault["fault"], true>>> = {
  rule: true,
  "client-rule": true,
  "tool-missing": true,
};

function placeOf(
  { fault, rule, part, call }: ProofFault,
  { policy, placed, machine }: ProofWish,
): SourcePlace | undefined {
  const { text, from } = policy;
  if (rule !== undefined) {
    const id = rule.slice(rule.indexOf("/") + 1);
    if (rule.startsWith("managed:")) return placeOfRule(text, from, id);
  }
  if (fault === "tool-missing" || fault === "client-rule")
    return placeOfToolDenial(text, from, call.startsWith("reading") ? "Read" : "Bash");
  if (fault === "hook-not-called" && placed.site.hooks === undefined)
    return { file: machine.directory };
  return part === undefined ? undefined : placed.place(PATHS[part]);
}

const PATHS: Readonly<Record<SitePart, readonly string[]>> = {
  hooks: ["hooks"],
  "hooks.program": ["hooks", "program"],
  "hooks.project": ["hooks", "project"],
  "hooks.data": ["hooks", "data"],
  "hooks.port": ["hooks", "port"],
  allowedHttpHookUrls: ["allowedHttpHookUrls"],
  "client.minimum": ["client", "minimum"],
  "client.maximum": ["client", "maximum"],
  sandbox: ["sandbox"],
  proxy: ["proxy"],
  provider: ["provider"],
};

function deniesSecrets({ files }: DeploymentPlan): boolean {
  return files.some(({ path, after }) => {
    const json = path.endsWith(".json") ? parsed(after?.text ?? "") : undefined;
    const permissions = isObject(json) ? json["permissions"] : undefined;
    const deny = isObject(permissions) ? permissions["deny"] : undefined;
    return (
      Array.isArray(deny) && deny.some((one) => /^Read\((?:\*\*\/|\.\/)?\.env\)$/.test(String(one)))
    );
  });
}

/** A remote that the policy lets commits go to, as a push names it; undefined where it names none. */
function remoteOf({ rules }: Policy): string | undefined {
  const patterns = rules.flatMap(({ verdict, when }) =>
    when.effects.includes("publish")
      ? ((verdict === "allow" ? when.remotes : when.exceptRemotes) ?? [])
      : [],
  );
  const [first] = patterns;
  if (first === undefined) return undefined;
  const plain = first.replace(/\*+/g, "shop");
  if (plain.startsWith("/")) return plain;
  return `https://${plain.includes("/") ? plain : `${plain}/team/shop`}.git`;
}

function refusedIn(report: Extract<ProofReport, { kind: "asked" }>): HarmlessCall[] {
  return report.outcomes.flatMap(({ call, did }) =>
    call !== "harmful" && did === "refused" ? [call] : [],
  );
}

function linesOf(
  { outcomes, notTried }: Extract<ProofReport, { kind: "asked" }>,
  version: string,
  { placed }: ProofWish,
): readonly string[] {
  const words = { ran: "ran", asked: "is asked about", refused: "is refused", "not-made": "-" };
  return [
    `proven with the client ${version}, in a private view of this machine:`,
    ...outcomes.map(({ title, did }) => `  ${title} ${words[did]}`),
    ...notTried.map((what) => `  not tried: ${what}`),
    ...(placed.site.hooks !== undefined && placed.site.hooks.transport !== "command"
      ? ["  the daemon judged by the policy that is in force now, not by this one"]
      : []),
  ];
}
