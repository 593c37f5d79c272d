// Registries of container images that everybody takes from, and questions to them: nothing is fetched to run.
import { textOf } from "../shell/text.ts";
import { asksAccount, talksTo, type Verb } from "./verbs.ts";

/**
 * Public registries by the documentation of those who run them. WHY a question to one is as one to the registry of packages:
 * only its operator sees which names are asked for. None under which a stranger sees the requests to a name of his own.
 */
const REGISTRIES = new Set([
  ...["docker.io", "ghcr.io", "quay.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws"],
  "nvcr.io",
]);

/** Whether a host is one of them. */
export function isImageRegistry(host: string): boolean {
  return REGISTRIES.has(host.toLowerCase());
}

/** The name of an image on one of them; without a host it is Docker's. */
function isOfRegistry(image: string): boolean {
  const [host = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(host) || host === "localhost");
  return /^[\w][\w./:@-]*$/.test(image) && (!isHost || isImageRegistry(host));
}

/** What is known of images that a call names. */
export const ASKS_IMAGES: Verb = {
  effects: (call, context) => {
    const isKnown = call.operands.every((word) => isOfRegistry(textOf(word) ?? "?"));
    return (isKnown ? asksAccount() : talksTo(undefined)).effects(call, context);
  },
};
