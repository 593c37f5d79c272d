// Credentials of the stores that hold other credentials. Made of data/detectors/credentials/secret-managers.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const secretManagers = detectorsOf([
  { kind: "issued", id: "vault-service-token", title: "a service token of Vault", keywords: ["hvs."], form: "hvs\\.[A-Za-z0-9_-]{24,200}", longest: 204 },
  { kind: "issued", id: "vault-batch-token", title: "a batch token of Vault", keywords: ["hvb."], form: "hvb\\.[A-Za-z0-9_-]{100,400}", longest: 404 },
  { kind: "issued", id: "vault-recovery-token", title: "a recovery token of Vault", keywords: ["hvr."], form: "hvr\\.[A-Za-z0-9_-]{24,200}", longest: 204 },
  { kind: "named", id: "vault-legacy-token", title: "a token of Vault before version 1.10", keywords: ["vault"], form: "[sbr]\\.[A-Za-z0-9]{24}", longest: 26 },
  { kind: "named", id: "vault-app-role-secret-id", title: "a secret id of an app role of Vault", keywords: ["vault_secret_id", "vault-secret-id", "approle"], form: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}", longest: 36 },
  { kind: "named", id: "consul-token", title: "an ACL token of Consul", keywords: ["consul"], form: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}", longest: 36 },
  { kind: "named", id: "nomad-token", title: "an ACL token of Nomad", keywords: ["nomad"], form: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}", longest: 36 },
  { kind: "named", id: "hcp-client-secret", title: "the client secret of a service principal of HCP", keywords: ["hcp_client_secret", "hcp-client-secret"], form: "[A-Za-z0-9_-]{64}", longest: 64 },
  { kind: "issued", id: "doppler-cli-token", title: "a CLI token of Doppler", keywords: ["dp.ct."], form: "dp\\.ct\\.[A-Za-z0-9]{40,44}", longest: 50 },
  { kind: "issued", id: "doppler-personal-token", title: "a personal token of Doppler", keywords: ["dp.pt."], form: "dp\\.pt\\.[A-Za-z0-9]{40,44}", longest: 50 },
  { kind: "issued", id: "doppler-service-token", title: "a service token of Doppler", keywords: ["dp.st."], form: "dp\\.st\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}", longest: 86 },
  { kind: "issued", id: "doppler-service-account-token", title: "a service account token of Doppler", keywords: ["dp.sa.", "dp.said."], form: "dp\\.sa(?:id)?\\.[A-Za-z0-9]{40,44}", longest: 52 },
  { kind: "issued", id: "doppler-scim-token", title: "a SCIM token of Doppler", keywords: ["dp.scim."], form: "dp\\.scim\\.[A-Za-z0-9]{40,44}", longest: 52 },
  { kind: "issued", id: "doppler-audit-token", title: "an audit token of Doppler", keywords: ["dp.audit."], form: "dp\\.audit\\.[A-Za-z0-9]{40,44}", longest: 53 },
  { kind: "issued", id: "onepassword-service-account-token", title: "a service account token of 1Password", keywords: ["ops_eyj"], form: "ops_eyJ[A-Za-z0-9+/_-]{200,1500}={0,2}", longest: 1509, anyBody: true },
  { kind: "issued", id: "onepassword-secret-key", title: "a Secret Key of 1Password", keywords: ["a3-"], form: "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}", longest: 40 },
  { kind: "named", id: "onepassword-connect-token", title: "an access token of 1Password Connect", keywords: ["op_connect_token"], form: "eyJ[A-Za-z0-9_-]{20,400}\\.eyJ[A-Za-z0-9_-]{40,1500}\\.[A-Za-z0-9_-]{40,200}", longest: 2108 },
  { kind: "issued", id: "infisical-service-token", title: "a service token of Infisical", keywords: ["st."], form: "st\\.[a-f0-9]{24}\\.[a-f0-9]{32}\\.[a-f0-9]{32}", longest: 93 },
  { kind: "issued", id: "bitwarden-access-token", title: "an access token of Bitwarden Secrets Manager", keywords: ["bitwarden", "bws_", "bws-", "--access-token"], form: "0\\.[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==", longest: 94, reach: 80 },
]);
