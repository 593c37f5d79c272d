// Credentials of identity providers and of services for access. Made of data/detectors/credentials/identity.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const identity = detectorsOf([
  { kind: "named", id: "okta-api-token", title: "an API token of Okta", keywords: ["okta", "ssws"], form: "00[A-Za-z0-9_-]{40}", longest: 42 },
  { kind: "named", id: "okta-client-secret", title: "a client secret of Okta", keywords: ["okta"], form: "[A-Za-z0-9_-]{64}|[A-Za-z0-9_-]{40}", longest: 64 },
  { kind: "named", id: "auth0-client-secret", title: "a client secret of Auth0", keywords: ["auth0"], form: "[A-Za-z0-9_-]{64}", longest: 64 },
  { kind: "named", id: "clerk-secret-key", title: "a secret key of Clerk", rank: 32, keywords: ["clerk"], form: "sk_(?:live|test)_[A-Za-z0-9]{40,50}", longest: 58 },
  { kind: "issued", id: "workos-api-key", title: "an API key of WorkOS", rank: 32, keywords: ["sk_live_a2v5", "sk_test_a2v5"], form: "sk_(?:live|test)_a2V5[A-Za-z0-9+/]{40,120}={0,2}", longest: 134 },
  { kind: "named", id: "duo-secret-key", title: "a secret key of Duo", keywords: ["duosecurity", "duo_", "duoapi", "duokey", "duosecret", "duo api", "duo key"], form: "[A-Za-z0-9]{40}", longest: 40 },
  { kind: "named", id: "onelogin-client-secret", title: "a client secret of OneLogin", keywords: ["onelogin"], form: "[a-f0-9]{64}", longest: 64 },
  { kind: "issued", id: "stytch-secret", title: "a secret of Stytch", keywords: ["secret-live-", "secret-test-"], form: "secret-(?:live|test)-[A-Za-z0-9_-]{36}=?", longest: 49 },
  { kind: "issued", id: "svix-token", title: "an auth token of Svix", keywords: ["testsk_"], form: "testsk_[A-Za-z0-9_-]{32}\\.(?:us|eu|in|au|ca)", longest: 42 },
  { kind: "issued", id: "ory-token", title: "a token of Ory", keywords: ["ory_pat_", "ory_at_", "ory_rt_", "ory_st_", "ory_ac_", "ory_apikey_"], form: "ory_(?:pat|at|rt|st|ac|apikey)_[A-Za-z0-9_.-]{32,120}", longest: 131 },
  { kind: "issued", id: "permit-api-key", title: "an API key of Permit.io", keywords: ["permit_key_"], form: "permit_key_[A-Za-z0-9]{86}", longest: 97 },
  { kind: "issued", id: "arcjet-key", title: "a key of Arcjet", keywords: ["ajkey_"], form: "ajkey_[a-z0-9]{26}", longest: 32 },
  { kind: "issued", id: "unkey-root-key", title: "a root key of Unkey", keywords: ["unkey_"], form: "unkey_[A-Za-z0-9]{22,32}", longest: 38 },
  { kind: "named", id: "jumpcloud-api-key", title: "an API key of JumpCloud", keywords: ["jumpcloud"], form: "jca_[A-Za-z0-9]{36}|[a-f0-9]{40}", longest: 40 },
  { kind: "issued", id: "authress-access-key", title: "an access key of a service client of Authress", keywords: [".acc_", ".acc-"], form: "(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}", longest: 204, isInside: true },
]);
