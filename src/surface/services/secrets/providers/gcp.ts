// Google Cloud Secret Manager through the vendor's library over REST, with application default credentials.
import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import {
  fieldOf,
  secretFailure,
  type SecretProvider,
  withField,
} from "#govern/secrets/provider.ts";
import type { SecretReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { isSafeAddress } from "../bounded-request.ts";
import { loadSdk } from "../load-sdk.ts";
import { type FaultNames, sdkFault } from "../sdk-fault.ts";
import type { ProviderSetting } from "../setting.ts";

const CALL_MS_MAX = 15_000;
const PAGE_SIZE = 100;
/** Codes of gRPC, which the library keeps over REST too: <https://grpc.io/docs/guides/status-codes/>. */
const FAULTS: FaultNames = {
  // Over REST a version that was disabled or destroyed is a bad request (3); over gRPC a failed precondition (9).
  "secret-missing": [5, 9, 3, 400, "NOT_FOUND"],
  "secret-denied": [7, "PERMISSION_DENIED"],
  "secret-login": [16, "UNAUTHENTICATED"],
  "secret-busy": [8, "RESOURCE_EXHAUSTED"],
  "secret-unreachable": [14, 4, "UNAVAILABLE", "DEADLINE_EXCEEDED"],
};

/** Opens the service; `CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER` names another address, as for the vendor's CLI. */
export function gcpProvider({ environment }: ProviderSetting): SecretProvider {
  const who = "Google Cloud Secret Manager";
  const address = addressOf(environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"]);
  const call = callerOf(address, who);
  const options = { timeout: CALL_MS_MAX };
  const getText = (reference: SecretReference) =>
    call(async (client) => {
      const [answer] = await client.accessSecretVersion({ name: versionName(reference) }, options);
      const data = answer.payload?.data;
      if (data === undefined || data === null)
        throw secretFailure("secret-answer", `${who} gave no value`);
      const text = typeof data === "string" ? data : Buffer.from(data).toString("utf8");
      return { text, version: answer.name?.split("/").at(-1) };
    });
  return {
    name: "gcp",
    async get(reference) {
      const { text, version } = await getText(reference);
      const value = reference.key === undefined ? text : fieldOf(text, reference.key, "gcp");
      return {
        value: new SecretValue(value),
        version,
        createdMs: undefined,
        leaseSeconds: undefined,
      };
    },
    list: ([project = ""], max) =>
      call(async (client) => {
        const [secrets] = await client.listSecrets(
          { parent: `projects/${project}`, pageSize: Math.min(max, PAGE_SIZE) },
          { ...options, autoPaginate: false },
        );
        return secrets.slice(0, max).map(({ name, createTime }) => ({
          name: `gcp:${project}/${name?.split("/").at(-1) ?? ""}`,
          changedMs:
            createTime?.seconds === undefined || createTime.seconds === null
              ? undefined
              : Number(createTime.seconds) * 1_000,
        }));
      }),
    async replace(reference, value) {
      const { key } = reference;
      let text = value.reveal();
      if (key !== undefined) {
        const { text: before } = await getText({ ...reference, version: undefined });
        text = withField(before, key, value, "gcp");
      }
      return call(async (client) => {
        const [made] = await client.addSecretVersion(
          { parent: secretNameOf(reference), payload: { data: Buffer.from(text) } },
          options,
        );
        return made.name?.split("/").at(-1);
      });
    },
    async examine() {
      const project = await call((client) => client.getProjectId());
      return [{ isGood: true, says: `${who} is asked; credentials are of project \`${project}\`` }];
    },
  };
}

/** Asks the service with a client of its own for each call, and says in words of ours what went wrong. */
function callerOf(address: ReturnType<typeof addressOf>, who: string) {
  return async <Answer>(
    ask: (client: SecretManagerServiceClient) => Promise<Answer>,
  ): Promise<Answer> => {
    const { SecretManagerServiceClient } = await loadSdk(
      ["@google-cloud/secret-manager"],
      () => import("@google-cloud/secret-manager"),
    );
    const client = new SecretManagerServiceClient({ fallback: true, ...address });
    try {
      return await ask(client);
    } catch (thrown) {
      throw isLoginFault(thrown)
        ? secretFailure(
            "secret-login",
            `${who} does not know us: run \`gcloud auth application-default login\``,
          )
        : sdkFault(who, thrown, FAULTS);
    } finally {
      await client.close();
    }
  };
}

function secretNameOf({ path: [project, name] }: SecretReference): string {
  return `projects/${project}/secrets/${name}`;
}

function versionName(reference: SecretReference): string {
  return `${secretNameOf(reference)}/versions/${reference.version ?? "latest"}`;
}

/** WHY by its text: the library's authentication throws plain errors, and this sentence is in its documentation. */
function isLoginFault(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /default credentials|invalid_grant|getting metadata/i.test(thrown.message)
  );
}

/** Where the service is, in the library's words. Plain HTTP is for a server on this machine. */
function addressOf(text: string | undefined) {
  if (!text) return {};
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSafeAddress(url))
    throw secretFailure(
      "secret-setup",
      "`CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER` is no `https://` address",
    );
  const port = url.port === "" ? {} : { port: Number(url.port) };
  return { apiEndpoint: url.hostname, protocol: url.protocol.slice(0, -1), ...port };
}
