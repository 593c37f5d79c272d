// Azure Key Vault through the vendor's library, logged in as the vendor's tools are.
import type { SecretClient, SecretClientOptions } from "@azure/keyvault-secrets";
import type { TokenCredential } from "@azure/identity";
import { fieldOf, type Listed, type SecretProvider, withField } from "#govern/secrets/provider.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { loadSdk } from "../load-sdk.ts";
import { type FaultNames, sdkFault } from "../sdk-fault.ts";
import type { ProviderSetting } from "../setting.ts";

/** Other clouds have others: <https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates>. */
const SUFFIX = "vault.azure.net";
const TRIES_MAX = 3;
const FAULTS: FaultNames = {
  "secret-missing": ["SecretNotFound", "SecretDisabled"],
  "secret-denied": ["Forbidden"],
  "secret-login": [
    ...["CredentialUnavailableError", "AuthenticationError", "AggregateAuthenticationError"],
    ...["AuthenticationRequiredError", "Unauthorized"],
  ],
};

/** What tests put in place of the vendor's log-in and of the network below its library. */
export type AzureEnds = {
  readonly credential: TokenCredential;
  readonly options: SecretClientOptions;
};

/** Opens vaults by name; `AZURE_KEYVAULT_DNS_SUFFIX` is for clouds other than the public one. */
export function azureProvider({ environment }: ProviderSetting, ends?: AzureEnds): SecretProvider {
  const suffix = environment["AZURE_KEYVAULT_DNS_SUFFIX"] || SUFFIX;
  const call = async <Answer>(
    vault: string,
    ask: (client: SecretClient) => Promise<Answer>,
  ): Promise<Answer> => {
    const packages = ["@azure/keyvault-secrets", "@azure/identity"];
    const { SecretClient } = await loadSdk(packages, () => import("@azure/keyvault-secrets"));
    const credential =
      ends?.credential ??
      new (await loadSdk(packages, () => import("@azure/identity"))).DefaultAzureCredential();
    const options = { retryOptions: { maxRetries: TRIES_MAX - 1 }, ...ends?.options };
    const client = new SecretClient(`https://${vault}.${suffix}`, credential, options);
    try {
      return await ask(client);
    } catch (thrown) {
      throw sdkFault(`Azure Key Vault \`${vault}\``, thrown, FAULTS);
    }
  };
  const get = (vault: string, name: string, version?: string) =>
    call(vault, (client) => client.getSecret(name, version === undefined ? {} : { version }));
  return {
    name: "azure",
    async get({ path: [vault = "", name = ""], key, version }) {
      const { value = "", properties } = await get(vault, name, version);
      return {
        value: new SecretValue(key === undefined ? value : fieldOf(value, key, "azure")),
        version: properties.version,
        createdMs: properties.createdOn?.getTime(),
        leaseSeconds: undefined,
      };
    },
    list: ([vault = ""], max) =>
      call(vault, async (client) => {
        const found: Listed[] = [];
        for await (const { name, updatedOn } of client.listPropertiesOfSecrets()) {
          found.push({ name: `azure:${vault}/${name}`, changedMs: updatedOn?.getTime() });
          if (found.length >= max) break;
        }
        return found;
      }),
    async replace({ path: [vault = "", name = ""], key }, value) {
      let text = value.reveal();
      if (key !== undefined) {
        const { value: before = "" } = await get(vault, name);
        text = withField(before, key, value, "azure");
      }
      return call(vault, async (client) => (await client.setSecret(name, text)).properties.version);
    },
    async examine() {
      try {
        const { DefaultAzureCredential } = await loadSdk(
          ["@azure/identity"],
          () => import("@azure/identity"),
        );
        const credential = ends?.credential ?? new DefaultAzureCredential();
        const token = await credential.getToken(`https://${suffix}/.default`);
        return [{ isGood: token !== null, says: "Azure gives us a token for Key Vault" }];
      } catch (thrown) {
        throw sdkFault("Azure", thrown, FAULTS);
      }
    },
  };
}
