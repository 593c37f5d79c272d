// HashiCorp Vault, KV version 2, over its HTTP API: <https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2>.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  type Checkup,
  fieldOf,
  type Listed,
  type Retrieved,
  secretFailure,
  type SecretProvider,
} from "#govern/secrets/provider.ts";
import { type SecretReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import {
  isSafeAddress,
  type ProviderAnswer,
  type ProviderRequest,
  requestProvider,
} from "../bounded-request.ts";
import type { ProviderSetting } from "../setting.ts";

/** M5.2 of the requirements: the address when nobody names one. */
const ADDRESS = "https://vault.internal:8200";
/** Where Kubernetes puts the token of a pod's account. */
const ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const DAY_SECONDS = 86_400;
const LONG_LIVED_DAYS = 32;

const secretSchema = v.object({
  lease_duration: v.optional(v.number()),
  data: v.object({
    data: v.nullable(v.record(v.string(), v.unknown())),
    metadata: v.object({ version: v.number(), created_time: v.optional(v.string()) }),
  }),
});
const loginSchema = v.object({
  auth: v.object({ client_token: v.pipe(v.string(), v.minLength(1)), lease_duration: v.number() }),
});
const listSchema = v.object({ data: v.object({ keys: v.array(v.string()) }) });
const tokenSchema = v.object({
  data: v.object({
    ttl: v.number(),
    renewable: v.optional(v.boolean()),
    policies: v.optional(v.array(v.string())),
  }),
});
const writtenSchema = v.object({ data: v.object({ version: v.number() }) });

type Token = { readonly text: string; readonly from: string };

/** Opens Vault as the environment says: `VAULT_ADDR`, `VAULT_NAMESPACE`, `VAULT_CACERT`, and one way to log in. */
export function vaultProvider(setting: ProviderSetting): SecretProvider {
  const { environment } = setting;
  const address = addressOf(environment["VAULT_ADDR"] || ADDRESS);
  const namespace = environment["VAULT_NAMESPACE"];
  const ca = environment["VAULT_CACERT"];
  const send = (
    method: ProviderRequest["method"],
    path: string,
    options: { readonly token?: string; readonly body?: unknown } = {},
  ): Promise<ProviderAnswer> =>
    requestProvider("Vault", {
      method,
      url: new URL(`/v1/${path}`, address),
      headers: {
        "X-Vault-Request": "true",
        ...(options.token === undefined ? {} : { "X-Vault-Token": options.token }),
        ...(namespace ? { "X-Vault-Namespace": namespace } : {}),
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(ca ? { ca: setting.readText(ca) ?? missingFile("VAULT_CACERT") } : {}),
    });
  let known: Promise<Token> | undefined;
  const token = (): Promise<Token> => (known ??= login(setting, send));
  const withToken = async (method: ProviderRequest["method"], path: string, body?: unknown) => {
    const { text, from } = await token();
    const answer = await send(method, path, {
      token: text,
      ...(body === undefined ? {} : { body }),
    });
    return checked(answer, from);
  };
  return {
    name: "vault",
    async get(reference) {
      const { text } = await withToken("GET", dataPath(reference));
      return retrieved(parsed(secretSchema, text), reference);
    },
    async list(path, max) {
      const [mount = "secret", ...below] = path;
      const answer = await withToken(
        "GET",
        `${[mount, "metadata", ...below].map(encode).join("/")}?list=true`,
      );
      return parsed(listSchema, answer.text)
        .data.keys.slice(0, max)
        .map(
          (key): Listed => ({
            name: `vault:${[mount, ...below, key].join("/")}`,
            changedMs: undefined,
          }),
        );
    },
    async replace(reference, value) {
      const { text } = await withToken("GET", dataPath({ ...reference, version: undefined }));
      const { data } = parsed(secretSchema, text).data;
      const { metadata } = parsed(secretSchema, text).data;
      // Check-and-set: a version that somebody else wrote meanwhile is not written over.
      const body = {
        options: { cas: metadata.version },
        data: { ...data, [keyOf(reference)]: value.reveal() },
      };
      const written = await withToken("POST", dataPath({ ...reference, version: undefined }), body);
      return String(parsed(writtenSchema, written.text).data.version);
    },
    examine: () => examine(address, token, withToken),
  };
}

/** A token of the environment, of the file that `vault login` writes, of AppRole, or of Kubernetes, in this order. */
async function login(
  { environment, readText, home }: ProviderSetting,
  send: (
    method: "POST",
    path: string,
    options: { readonly body: unknown },
  ) => Promise<ProviderAnswer>,
): Promise<Token> {
  const given = environment["VAULT_TOKEN"];
  if (given) return { text: given, from: "`VAULT_TOKEN`" };
  const role = environment["VAULT_ROLE_ID"];
  if (role) {
    const secret = environment["VAULT_SECRET_ID"];
    const mount = environment["VAULT_APPROLE_MOUNT"] || "approle";
    const body = { role_id: role, ...(secret ? { secret_id: secret } : {}) };
    return loggedIn(await send("POST", `auth/${encode(mount)}/login`, { body }), "AppRole");
  }
  const podRole = environment["VAULT_K8S_ROLE"];
  if (podRole) {
    const mount = environment["VAULT_K8S_MOUNT"] || "kubernetes";
    const file = environment["VAULT_K8S_TOKEN_FILE"] || ACCOUNT_TOKEN;
    const jwt = readText(file)?.trim() ?? missingFile("the account's token of Kubernetes");
    const body = { role: podRole, jwt };
    return loggedIn(await send("POST", `auth/${encode(mount)}/login`, { body }), "Kubernetes");
  }
  const kept = readText(`${home}/.vault-token`)?.trim();
  if (kept) return { text: kept, from: "`~/.vault-token`" };
  throw secretFailure(
    "secret-login",
    "there is no token for Vault: set `VAULT_TOKEN`, or `VAULT_ROLE_ID` and `VAULT_SECRET_ID`, or `VAULT_K8S_ROLE`, or run `vault login`",
  );
}

function loggedIn(answer: ProviderAnswer, from: string): Token {
  const { text } = checked(answer, from);
  return { text: parsed(loginSchema, text).auth.client_token, from };
}

/** The answer if it is a success. Vault's own messages are not repeated: they may quote what was sent. */
function checked(answer: ProviderAnswer, from: string): ProviderAnswer {
  const { status, text } = answer;
  if (status === 200 || status === 204) return answer;
  if (status === 503 || /\bsealed\b/.test(text.slice(0, 4_096)))
    throw secretFailure(
      "secret-sealed",
      "Vault is sealed or on standby (503): unseal it, or ask who runs it",
    );
  if (status === 403)
    throw secretFailure(
      "secret-denied",
      `Vault refuses (403): the token of ${from} is expired or may not do this; \`sallyport secrets doctor\` tells which`,
    );
  if (status === 404)
    throw secretFailure(
      "secret-missing",
      "Vault has no such secret (404), or this version of it was deleted",
    );
  if (status === 400)
    throw secretFailure(
      "secret-denied",
      `Vault does not accept the request (400): the login of ${from} is wrong, the engine is not KV version 2, or somebody wrote a new version meanwhile`,
    );
  throw secretFailure(
    status >= 500 ? "secret-unreachable" : "secret-answer",
    `Vault answers ${status}`,
  );
}

function retrieved(
  { lease_duration: lease, data: { data, metadata } }: v.InferOutput<typeof secretSchema>,
  reference: SecretReference,
): Retrieved {
  const text = fieldOf(JSON.stringify(data ?? {}), keyOf(reference), "vault");
  const createdMs = Date.parse(metadata.created_time ?? "");
  return {
    value: new SecretValue(text),
    version: String(metadata.version),
    createdMs: Number.isNaN(createdMs) ? undefined : createdMs,
    leaseSeconds: lease === undefined || lease === 0 ? undefined : lease,
  };
}

async function examine(
  address: URL,
  token: () => Promise<Token>,
  withToken: (method: "GET", path: string) => Promise<ProviderAnswer>,
): Promise<readonly Checkup[]> {
  const isClear = address.protocol === "http:" && isSafeAddress(address);
  const looked: Checkup[] = [
    {
      isGood: true,
      says: `Vault is looked for at ${address.host}${isClear ? ", without TLS: that is allowed because it is this machine, and anybody on it who takes the port gets the token" : ""}`,
    },
  ];
  try {
    const { from } = await token();
    const { data } = parsed(tokenSchema, (await withToken("GET", "auth/token/lookup-self")).text);
    const days = Math.floor(data.ttl / DAY_SECONDS);
    looked.push(
      data.ttl === 0
        ? {
            isGood: false,
            says: `the token of ${from} never expires: log in by AppRole or Kubernetes, which give short ones`,
          }
        : {
            isGood: days <= LONG_LIVED_DAYS,
            says: `the token of ${from} is valid for ${days > 0 ? `${days} days` : `${Math.ceil(data.ttl / 60)} minutes`}`,
          },
    );
    if (data.policies?.includes("root") === true)
      looked.push({
        isGood: false,
        says: `the token of ${from} is a root token: it may do everything`,
      });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    looked.push({ isGood: false, says: error.message });
  }
  return looked;
}

function dataPath({ path, version }: SecretReference): string {
  const [mount = "", ...below] = path;
  if (below.length === 0)
    throw secretFailure(
      "secret-missing",
      "a reference to Vault names the engine and a path in it, as in `vault:secret/app#api-key`",
    );
  const place = [mount, "data", ...below].map(encode).join("/");
  return version === undefined ? place : `${place}?version=${encodeURIComponent(version)}`;
}

function keyOf({ key }: SecretReference): string {
  return key ?? "";
}

function encode(part: string): string {
  return encodeURIComponent(part);
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw secretFailure("secret-setup", "`VAULT_ADDR` is no URL");
  return url;
}

function missingFile(what: string): never {
  throw secretFailure("secret-setup", `the file of ${what} cannot be read`);
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw secretFailure(
      "secret-answer",
      "the answer of Vault is no JSON: something else answers at its address",
    );
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw secretFailure(
    "secret-answer",
    "the answer of Vault has not the form of KV version 2: is the engine of version 1?",
  );
}
