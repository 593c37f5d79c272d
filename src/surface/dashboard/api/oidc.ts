// Endpoints of the login by a provider: whether there is one, and what begins a confirmation there.
import * as v from "valibot";
import { sessionOf } from "./access.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { nothing } from "./fields.ts";

export const oidcEndpoints = [
  endpoint({
    method: "GET",
    path: "/oidc",
    about: "The host of the provider by which people log in at `/oidc/login`; null without one.",
    role: "nobody",
    of: "both",
    input: nothing,
    answer: v.object({ host: v.nullable(v.string()) }),
    work: async ({ providerLogins }) => ({ host: providerLogins?.host() ?? null }),
  }),
  endpoint({
    method: "POST",
    path: "/oidc/confirm",
    about: "An address that has the provider ask again who one is; it begins once, in a minute.",
    role: "viewer",
    of: "both",
    input: nothing,
    answer: v.object({ address: v.string() }),
    async work({ providerLogins }, asked) {
      const session = sessionOf(asked);
      if (providerLogins === undefined || session.providerLogin === undefined)
        throw new ApiFault("role", "this machine logged you in: confirm by a code or a passphrase");
      return { address: `/oidc/login?confirm=${providerLogins.ticket(session)}` };
    },
  }),
];
