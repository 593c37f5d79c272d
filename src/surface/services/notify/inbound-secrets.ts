// The secrets of those whose signed answers are taken, fetched by the references of the settings.
import type { InboundSecret } from "./inbound.ts";
import type { InboundSettings } from "./settings-file.ts";

/** Fetches them. Rejects with a Failure where one cannot be had: an answer is then taken from nobody. */
export function inboundSecrets(
  senders: readonly InboundSettings[],
  secret: (reference: string) => Promise<string>,
): Promise<readonly InboundSecret[]> {
  return Promise.all(
    senders.map(async (sender) => {
      const { name, from, actions } = sender;
      const previous = sender.from === "webhook" ? sender.previousSecret : undefined;
      const references = [sender.secret, previous].filter((one) => one !== undefined);
      const keys = await Promise.all(references.map((one) => secret(one)));
      const users = sender.from === "slack" ? sender.users : [];
      return { name, from, actions, users, keys: keys.map((key) => key.trim()) };
    }),
  );
}
