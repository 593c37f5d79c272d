// Endpoints of logging in, saying who one is again, and leaving.
import * as v from "valibot";
import { challengeSchema } from "../access/control-proof.ts";
import { hasPassphrase, isPassphrase } from "../access/passphrase.ts";
import type { LoginSession } from "../access/logins.ts";
import { ROLES } from "../access/roles.ts";
import type { DecisionDesk } from "../../services/inbox/decisions.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, type Asked, endpoint } from "./endpoint.ts";
import { noteText, nothing } from "./fields.ts";

const role = v.picklist(ROLES);
const me = v.object({
  name: v.string(),
  role,
  expiresMs: v.number(),
  confirmedUntilMs: v.nullable(v.number()),
  /** How a person can confirm: by a code of `sallyport dashboard confirm`, and by a passphrase where there is one. */
  hasPassphrase: v.boolean(),
  /** The host of the provider that logged the person in, and that alone confirms; null where this machine did. */
  provider: v.nullable(v.string()),
  version: v.string(),
  /** The data are made up, and every page says so. */
  isDemo: v.boolean(),
  /** The tenant whose store the pages show; null where they show this machine. */
  team: v.nullable(v.string()),
});

/** Of an endpoint that asks for a session, which the server has looked up. */
export function sessionOf({ session }: Pick<Asked<unknown>, "session">): LoginSession {
  if (session === undefined) throw new ApiFault("no-session", "you are not logged in");
  return session;
}

/** Decides in the name of whoever is logged in. */
export function deskOf(
  { directories, clock, order }: DashboardParts,
  asked: Pick<Asked<unknown>, "session">,
): DecisionDesk {
  const nowMs = () => clock.nowMs();
  return { directories, order, nowMs, by: sessionOf(asked).name, from: "dashboard" };
}

const challengeInput = v.strictObject({
  nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "a nonce has 64 hex digits")),
});
export type ChallengeInput = v.InferOutput<typeof challengeInput>;
export const CHALLENGE_PATH = "/control/challenge";

export const accessEndpoints = [
  endpoint({
    method: "GET",
    path: CHALLENGE_PATH,
    about:
      "Asked by `sallyport dashboard` first: proves that this is the dashboard of the installation.",
    role: "nobody",
    of: "both",
    input: challengeInput,
    answer: challengeSchema,
    // Answered by the server itself, which knows its port.
    work: async () => {
      throw new ApiFault("not-found", "there is no such address");
    },
  }),
  endpoint({
    method: "POST",
    path: "/control",
    about: "Asked by `sallyport dashboard`: a link that logs a person in, or a code that confirms.",
    role: "operator",
    of: "both",
    input: v.union([
      v.strictObject({ what: v.literal("link"), name: noteText(128), role }),
      v.strictObject({ what: v.literal("code") }),
    ]),
    answer: v.union([v.object({ token: v.string() }), v.object({ code: v.string() })]),
    async work({ logins }, { input }) {
      if (input.what === "code") return { code: logins.code() };
      return { token: logins.link({ name: input.name, role: input.role }) };
    },
  }),
  endpoint({
    method: "POST",
    path: "/login",
    about: "Begins a session with the token of a link, which works once.",
    role: "nobody",
    of: "both",
    input: v.strictObject({ token: v.pipe(v.string(), v.maxLength(256)) }),
    answer: v.object({
      bearer: v.string(),
      proofKey: v.string(),
      name: v.string(),
      role,
      expiresMs: v.number(),
    }),
    async work({ logins, note }, { input: { token } }) {
      const begun = logins.redeem(token);
      if (begun === undefined) {
        await note({ what: "login-refused", role: "none", page: "/login", count: 1 });
        throw new ApiFault(
          "no-session",
          "this link was used or is too old: `sallyport dashboard link` prints a new one",
        );
      }
      const { bearer, proofKey, session } = begun;
      const page = session.providerLogin === undefined ? "/login" : "/login/oidc";
      await note({ what: "login", role: session.role, page, count: 1 });
      const { name, role: as, expiresMs } = session;
      return { bearer, proofKey, name, role: as, expiresMs };
    },
  }),
  endpoint({
    method: "GET",
    path: "/proof",
    about:
      "Asked by a page before it sends a passphrase: proves by the `proofKey` of its login that this is the dashboard which it logged in to.",
    role: "viewer",
    of: "both",
    input: challengeInput,
    answer: v.object({ proof: v.string() }),
    async work({ logins }, asked) {
      const proof = logins.prove(sessionOf(asked).id, asked.input.nonce);
      if (proof === undefined) throw new ApiFault("no-session", "this session is over");
      return { proof };
    },
  }),
  endpoint({
    method: "GET",
    path: "/me",
    about: "Who is logged in, until when, and how a change can be confirmed.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: me,
    async work({ directories, version, providerLogins, team, isDemo = false }, asked) {
      const session = sessionOf(asked);
      const { name, role: as, expiresMs, confirmedUntilMs } = session;
      const isProvided = session.providerLogin !== undefined;
      const confirmable = hasPassphrase(directories);
      return {
        name,
        role: as,
        expiresMs,
        confirmedUntilMs,
        hasPassphrase: confirmable,
        version,
        isDemo,
        team: team?.name ?? null,
        provider: isProvided ? (providerLogins?.host() ?? null) : null,
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/confirm",
    about:
      "Says again who one is, by a code from the terminal or the passphrase; counts for five minutes.",
    role: "viewer",
    of: "both",
    input: v.union([
      v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d{8}$/, "a code has eight digits")) }),
      v.strictObject({ passphrase: v.pipe(v.string(), v.maxLength(256)) }),
    ]),
    answer: v.object({ confirmedUntilMs: v.nullable(v.number()) }),
    async work({ logins, directories, note }, asked) {
      const { input } = asked;
      const { id, role: as, providerLogin } = sessionOf(asked);
      if (providerLogin !== undefined)
        throw new ApiFault("role", "your provider logged you in: confirm there who you are");
      if (!logins.mayGuess(id))
        throw new ApiFault("too-many", "too many wrong ones: wait a minute and try again");
      const given =
        "code" in input
          ? { code: input.code }
          : { isRight: await isPassphrase(directories, input.passphrase) };
      const outcome = logins.confirm(id, given);
      const isRight = outcome === "confirmed";
      await note({
        what: isRight ? "confirmed" : "confirm-refused",
        role: as,
        page: "/confirm",
        count: 1,
      });
      if (outcome === "too-many")
        throw new ApiFault("too-many", "too many wrong ones: wait a minute and try again");
      if (!isRight) throw new ApiFault("role", "that is not it");
      const session = logins.alive().find((one) => one.id === id);
      return { confirmedUntilMs: session?.confirmedUntilMs ?? null };
    },
  }),
  endpoint({
    method: "POST",
    path: "/logout",
    about:
      "Ends the session: its token counts no more. `address` is where the browser ends the session at the provider, null where there is none.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.object({ isEnded: v.boolean(), address: v.nullable(v.string()) }),
    async work({ logins, providerLogins, note }, asked) {
      const session = sessionOf(asked);
      logins.end(session.id);
      await note({ what: "logout", role: session.role, page: "/logout", count: 1 });
      const isProvided = session.providerLogin !== undefined;
      const address = isProvided ? await providerLogins?.leave(session) : undefined;
      return { isEnded: true, address: address ?? null };
    },
  }),
  endpoint({
    method: "GET",
    path: "/stream",
    about: "Server-sent events: decisions as they fall, and what changed.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.unknown(),
    // Answered by the server itself, which has the connection.
    work: async () => null,
  }),
];
