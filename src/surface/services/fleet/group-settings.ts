// A fleet's policies by group as settings that the vendor's gateway hands to people who log in with it, and what it really serves.
import { Agent } from "node:https";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { endOf } from "#assure/rollout/progress.ts";
import { compilePolicy } from "#govern/compile/compile.ts";
import type { Site } from "#govern/compile/site.ts";
import type { Platform } from "#govern/settings/managed-directory.ts";
import { readPack } from "#govern/library/pack-extends.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import { shippedPack } from "../policy/policy-source.ts";
import { type FleetFolder, fleetPolicyText } from "./fleet-folder.ts";
import { get, isSafeAddress } from "./published-source.ts";
import { bundlePolicy } from "./release.ts";

const SETTINGS_BYTES_MAX = 4 * 1024 * 1024;
const SETTINGS_FILE = "managed-settings.json";
/** What the gateway would put something else in the place of, from its own variables and files. */
const REPLACED = /\$\{\w+\}|^\$\{file:/;

/** One policy of the gateway; `match` without groups is everybody else. */
export type GroupPolicy = {
  readonly policy: string;
  readonly match: { readonly groups?: readonly string[] };
  readonly settings: Readonly<Record<string, Json>>;
};

export type GroupSettings = {
  readonly policies: readonly GroupPolicy[];
  /** What a person should know: rules of the fleet that no gateway can follow. */
  readonly notes: readonly string[];
};

/**
 * Compiles what each group is to have. `isDraft`: as the policies lie in the folder, released or not. Throws a Failure `fleet-gateway`
 * for a policy that is still being introduced: a gateway gives it to a whole group at once, and for hooks, which
 * are one machine's.
 */
export function groupSettings(
  { directory, file, state }: FleetFolder,
  how: { readonly site: Site; readonly platform: Platform; readonly isDraft: boolean },
): GroupSettings {
  // WHY: a hook in the name of another machine's project refuses every call, and a token given to many is none.
  if (how.site.hooks !== undefined)
    throw new Failure(
      "fleet-gateway",
      "`hooks` of the parameters are those of one machine: leave them out, each machine has its own by `sallyport init` or `sallyport policy deploy`",
    );
  const notes: string[] = [];
  const policies = file.policies.flatMap(({ policy, when }): GroupPolicy[] => {
    const { groups, ...others } = when;
    const unknown = Object.keys(others);
    if (unknown.length > 0) {
      notes.push(
        `\`${policy}\` is given by ${unknown.join(" and ")}, which the gateway does not know: those machines get it by \`sallyport fleet follow\` alone`,
      );
      return [];
    }
    const text = how.isDraft ? fleetPolicyText(directory, policy).text : released(policy);
    const match = groups === undefined ? {} : { groups };
    return [{ policy, match, settings: compiled(policy, text, how) }];
  });
  return { policies, notes };

  function released(policy: string): string {
    const tracks = [...state.tracks.values()].filter((track) => track.policy === policy);
    const ends = tracks.map((track) => endOf(track)?.bundle);
    const [newest] = ends
      .flatMap((bundle) => bundle ?? [])
      .toSorted((one, other) => other.version - one.version);
    if (newest !== undefined && ends.every((bundle) => bundle !== undefined))
      return bundlePolicy(directory, newest);
    throw new Failure(
      "fleet-gateway",
      `\`${policy}\` is ${tracks.length === 0 ? "not released" : "still being introduced"}, and a gateway gives it to everybody of a group at once: wait until \`sallyport fleet status\` says that it is complete, or say \`--draft\``,
    );
  }
}

function compiled(
  policy: string,
  text: string,
  { site, platform }: { readonly site: Site; readonly platform: Platform },
): GroupPolicy["settings"] {
  const { files } = compilePolicy(
    parsePolicyPack(text, policy, { layer: "managed", source: shippedPack }),
    {
      target: { scope: "managed", platform },
      site,
      catalogue: loadCatalogue(),
      client: readPack(text, policy, shippedPack).client,
    },
  );
  const found = files.find(({ name }) => name === SETTINGS_FILE);
  const settings = readJson(found?.text ?? "") as GroupPolicy["settings"];
  if (hasReplaced(settings))
    throw new Failure(
      "fleet-gateway",
      `\`${policy}\` holds a text like \`\${NAME}\`, in whose place the gateway puts a variable of its own: write it otherwise`,
    );
  return settings;
}

function hasReplaced(value: Json | undefined): boolean {
  if (typeof value === "string") return REPLACED.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasReplaced);
}

/** The block of the gateway's file. JSON is YAML, and no text of it can end or begin anything. */
export function gatewayBlock({ policies }: GroupSettings): string {
  const all = policies.map(({ match, settings }) => ({ match, cli: settings }));
  const lines = all.map((one) => `    - ${JSON.stringify(one)}`);
  return [
    "# Written by `sallyport fleet gateway`. It is the block `managed` of the file of `claude gateway`.",
    ...["managed:", "  policy_mode: first_match", "  policies:", ...lines, ""],
  ].join("\n");
}

const servedSchema = v.object({
  // WHY first: a record takes a list for an object without keys.
  settings: v.pipe(
    v.unknown(),
    v.check((settings) => !Array.isArray(settings)),
    v.record(v.string(), v.unknown()),
  ),
});

/** What somebody is served: `differs` names the keys whose values are others, `none`: no policy at all. */
export type Served =
  | { readonly kind: "same" | "none" }
  | { readonly kind: "differs"; readonly keys: readonly string[] };

/** Asks a gateway as a person would. Rejects with a Failure: `fleet-source` when it is not reached, `fleet-gateway` for another answer. */
export async function askGateway(
  url: string,
  given: { readonly token: string; readonly ca: string | undefined },
  wanted: GroupPolicy["settings"],
): Promise<Served> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !isSafeAddress(address) || !/^[!-~]{1,8192}$/.test(given.token))
    throw new Failure(
      "usage",
      "a gateway is asked at `https://HOST` with a token on one line; `http:` only on this machine",
    );
  const isSecure = address.protocol === "https:";
  const agent = isSecure ? new Agent({ ca: given.ca, minVersion: "TLSv1.2" }) : undefined;
  const { status, text } = await get(`${address.href.replace(/\/+$/, "")}/managed/settings`, {
    agent,
    isSecure,
    bytesMax: SETTINGS_BYTES_MAX,
    headers: { Authorization: `Bearer ${given.token}` },
  }).finally(() => agent?.destroy());
  if (status === 404) return { kind: "none" };
  const parsed = v.safeParse(servedSchema, status === 200 ? readJson(text) : undefined);
  if (!parsed.success)
    throw new Failure(
      "fleet-gateway",
      `the gateway answered ${status}${status === 200 ? " with something else than settings" : status === 401 || status === 403 ? ": log in anew for a token" : ""}`,
    );
  const { settings } = parsed.output;
  const keys = [...new Set([...Object.keys(settings), ...Object.keys(wanted)])]
    .filter((key) => !isDeepStrictEqual(settings[key], wanted[key]))
    .toSorted();
  return keys.length === 0 ? { kind: "same" } : { kind: "differs", keys };
}
