// The provider that a reference names, with its code loaded when it is used first.
import type { SecretProvider } from "#govern/secrets/provider.ts";
import type { ProviderName } from "#govern/secrets/reference.ts";
import type { ProviderSetting } from "../setting.ts";

/** Opens a provider as the setting says. Rejects with `secret-setup` where it cannot be used here. */
export async function openProvider(
  name: ProviderName,
  setting: ProviderSetting,
): Promise<SecretProvider> {
  switch (name) {
    case "keychain":
      return (await import("./keychain.ts")).keychainProvider(setting);
    case "vault":
      return (await import("./vault.ts")).vaultProvider(setting);
    case "aws":
      return (await import("./aws.ts")).awsProvider(setting);
    case "gcp":
      return (await import("./gcp.ts")).gcpProvider(setting);
    case "azure":
      return (await import("./azure.ts")).azureProvider(setting);
    case "1password":
      return (await import("./one-password.ts")).onePasswordProvider(setting);
    case "doppler":
      return (await import("./doppler.ts")).dopplerProvider(setting);
    case "pass":
      return (await import("./pass.ts")).passProvider(setting);
    default:
      return name satisfies never;
  }
}
