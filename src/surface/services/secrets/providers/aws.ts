// AWS Secrets Manager through the vendor's library, which finds credentials as every AWS tool does.
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  type Checkup,
  fieldOf,
  secretFailure,
  type SecretProvider,
  withField,
} from "#govern/secrets/provider.ts";
import type { SecretReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { loadSdk } from "../load-sdk.ts";
import { type FaultNames, sdkFault } from "../sdk-fault.ts";
import type { ProviderSetting } from "../setting.ts";

/** M5.3 of the requirements. */
const REGION = "us-east-1";
const TRIES_MAX = 3;
const TRY_MS_MAX = 10_000;
/** A page of a list; the service gives at most a hundred. */
const PAGE_SIZE = 100;
/** Error names: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html> and those of each call. */
const FAULTS: FaultNames = {
  "secret-missing": ["ResourceNotFoundException", "InvalidRequestException"],
  "secret-denied": ["AccessDeniedException", "NotAuthorized"],
  "secret-login": [
    ...["CredentialsProviderError", "UnrecognizedClientException", "ExpiredTokenException"],
    ...["InvalidSignatureException", "InvalidClientTokenId", "IncompleteSignature"],
  ],
  "secret-busy": ["ThrottlingException", "TooManyRequestsException"],
  "secret-sealed": ["DecryptionFailure"],
};

/** Opens the region of `AWS_REGION`, or else of `AWS_DEFAULT_REGION`, or else `us-east-1`. */
export function awsProvider({ environment }: ProviderSetting): SecretProvider {
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || REGION;
  const who = `AWS Secrets Manager in \`${region}\``;
  const call = callerOf(region, who);
  const getText = async (reference: SecretReference) => {
    const { version } = reference;
    const answer = await call((client, { GetSecretValueCommand }) =>
      client.send(
        new GetSecretValueCommand({
          SecretId: nameOf(reference),
          ...(version === undefined ? {} : { VersionId: version }),
        }),
      ),
    );
    if (answer.SecretString !== undefined) return { answer, text: answer.SecretString };
    throw secretFailure(
      "secret-answer",
      `the secret at ${who} is binary; sallyport gives out texts only`,
    );
  };
  return {
    name: "aws",
    async get(reference) {
      const { answer, text } = await getText(reference);
      return {
        value: new SecretValue(
          reference.key === undefined ? text : fieldOf(text, reference.key, "aws"),
        ),
        version: answer.VersionId,
        createdMs: answer.CreatedDate?.getTime(),
        leaseSeconds: undefined,
      };
    },
    list: (path, max) =>
      call(async (client, { paginateListSecrets }) => {
        const prefix = path.join("/");
        const found: { name: string; changedMs: number | undefined }[] = [];
        const filter =
          prefix === "" ? {} : { Filters: [{ Key: "name" as const, Values: [prefix] }] };
        for await (const page of paginateListSecrets({ client, pageSize: PAGE_SIZE }, filter)) {
          for (const { Name, LastChangedDate } of page.SecretList ?? [])
            if (Name !== undefined)
              found.push({ name: `aws:${Name}`, changedMs: LastChangedDate?.getTime() });
          if (found.length >= max) break;
        }
        return found.slice(0, max);
      }),
    async replace(reference, value) {
      const { key } = reference;
      const text =
        key === undefined
          ? value.reveal()
          : withField(
              (await getText({ ...reference, version: undefined })).text,
              key,
              value,
              "aws",
            );
      const answer = await call((client, { PutSecretValueCommand }) =>
        client.send(new PutSecretValueCommand({ SecretId: nameOf(reference), SecretString: text })),
      );
      return answer.VersionId;
    },
    async examine() {
      const keyId = await call((client) =>
        client.config.credentials().then(({ accessKeyId }) => accessKeyId),
      );
      return [{ isGood: true, says: `${who} is asked` }, longLived(keyId)];
    },
  };
}

const library = () => {
  // A warning of the vendor about releases to come, on standard error, would stand in the middle of an answer.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return loadSdk(
    ["@aws-sdk/client-secrets-manager"],
    () => import("@aws-sdk/client-secrets-manager"),
  );
};
type Library = Awaited<ReturnType<typeof library>>;

/** Asks the service of a region with a client of its own for each call, and says in words of ours what went wrong. */
function callerOf(region: string, who: string) {
  return async <Answer>(
    ask: (client: SecretsManagerClient, sdk: Library) => Promise<Answer>,
  ): Promise<Answer> => {
    const sdk = await library();
    const client = new sdk.SecretsManagerClient({
      region,
      maxAttempts: TRIES_MAX,
      requestHandler: { requestTimeout: TRY_MS_MAX, connectionTimeout: TRY_MS_MAX },
    });
    try {
      return await ask(client, sdk);
    } catch (thrown) {
      throw sdkFault(who, thrown, FAULTS);
    } finally {
      client.destroy();
    }
  };
}

/** `AKIA` begins the id of a key without an end, `ASIA` of a temporary one ("IAM identifiers" of the vendor's guide). */
function longLived(keyId: string): Checkup {
  return keyId.startsWith("AKIA")
    ? {
        isGood: false,
        says: "the credentials are an access key without an end: use a role or single sign-on, which give short ones",
      }
    : { isGood: true, says: "the credentials are temporary" };
}

function nameOf({ path }: SecretReference): string {
  return path.join("/");
}
