// What the programs of one call log in with, and what of that stays outside: made-up values inside, the true ones put in towards their own host.
import { join } from "node:path";
import {
  loginFiles,
  type LoginVariable,
  loginVariables,
  type ProgramLogin,
  shownVariable,
} from "#guard/hold/keys/program-logins.ts";
import {
  apiOf,
  type CoveredRequests,
  coveredRequests,
  judgedRequest,
  type KnownOfRequest,
  type RequestJudgement,
} from "#guard/hold/requests/covered-requests.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { HoldNeeds } from "#guard/hold/needs.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import type { HiddenFile } from "#guard/hold/profile.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";
import type { Views } from "../places/views.ts";
import type { ApprovedKey } from "./exchanged-request.ts";
import type { AskedLine } from "./key-exchange.ts";

/** Logins of one call. */
export type CallLogins = {
  readonly logins: readonly (ProgramLogin & { readonly file: string })[];
  readonly variables: readonly LoginVariable[];
  /** Files whose true values stay outside, real paths. */
  readonly files: readonly string[];
  readonly covered: CoveredRequests;
  /** Code runs that nobody foresees. */
  readonly isUnbounded: boolean;
};

const FILE_BYTES_MAX = 1_048_576;
/** Where a variable is told of in place of a file. */
const ENVIRONMENT = "the environment";

/**
 * The logins of a call. WHY also beside code that nobody foresees once a person said yes, where the files themselves are not given: what is
 * made of them outside is held to what was judged.
 */
export function callLogins({
  needs,
  decision,
  command,
  hiddenFiles,
  views,
  home,
}: {
  readonly needs: HoldNeeds;
  readonly decision: Pick<Decision, "verdict" | "effects">;
  readonly command: string;
  readonly hiddenFiles: readonly HiddenFile[];
  readonly views: Views;
  readonly home: string;
}): CallLogins {
  const covered = coveredRequests(decision.effects);
  const isGiven = !needs.isUnbounded || decision.verdict === "ask";
  const programs = isGiven ? needs.programs : [];
  const found = loginFiles(programs).flatMap((place) => {
    const file = realPath(join(home, place));
    const isViewed = hiddenFiles.some(({ path, from }) => path === file && from !== undefined);
    return isViewed ? views.loginsOf(file).map((login) => ({ ...login, file })) : [];
  });
  const files = [...new Set(found.map(({ file }) => file))];
  const npmrc = readRegularFileNow(realPath(join(home, ".npmrc")), FILE_BYTES_MAX);
  const text = npmrc === undefined ? "" : Buffer.from(npmrc.bytes).toString("utf8");
  // WHY not beside wget: it trusts no authority that a variable names, so it would reach none of these hosts.
  const variables = needs.programs.includes("wget")
    ? []
    : loginVariables(programs, { npmrc: text, command: isGiven ? command : "" });
  return { logins: found, variables, files, covered, isUnbounded: needs.isUnbounded };
}

/** Hosts towards which logins of a call are put in. */
export function hostsOfLogins({ logins, variables }: CallLogins): readonly string[] {
  const places = [...logins, ...variables.flatMap((one) => one.places)];
  return [...new Set(places.map(({ host }) => host))];
}

/** The logins as keys, with variables as the shell of the call had them. */
export function keysOfLogins(
  { logins, variables }: CallLogins,
  said: ReadonlyMap<string, string>,
): readonly ApprovedKey[] {
  const told = variables.flatMap(({ name, places, headers }): readonly ApprovedKey[] => {
    const value = said.get(name) ?? "";
    const shown = shownVariable(value);
    if (shown === undefined) return [];
    return places.map((place) => ({
      name,
      kind: "key",
      headers,
      value,
      shown,
      file: ENVIRONMENT,
      host: place.host,
      ...(place.base === undefined ? {} : { base: place.base }),
    }));
  });
  return [...logins.map(({ api: _api, ...login }) => login), ...told];
}

/** Judges requests to hosts of which there is a table; undefined for others. */
export function judgeOf({
  logins,
  variables,
  covered,
  isUnbounded,
}: CallLogins): (
  host: string,
  asked: AskedLine,
  known?: KnownOfRequest,
) => RequestJudgement | undefined {
  const places = [...logins, ...variables.flatMap((one) => one.places)];
  return (host, asked, known) => {
    const its = places.filter((one) => one.host === host);
    const base = its.find((one) => asked.target.startsWith(one.base ?? "/"))?.base;
    // WHY not a key that such code was approved with: the question said that it acts for the person there, whatever it does.
    const api = its[0]?.api ?? (isUnbounded ? undefined : apiOf(host));
    if (api === undefined) return undefined;
    return judgedRequest(
      covered,
      { api, host, ...asked, ...(base === undefined ? {} : { base }) },
      known,
    );
  };
}
