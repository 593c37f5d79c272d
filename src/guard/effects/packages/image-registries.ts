// Registries of container images that everybody takes from, and questions to them: nothing is fetched to run.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { isLoopback } from "../network/destination.ts";
import { asksAccount, talksTo, type Verb } from "../model/verbs.ts";

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

/** Whether a word is the name of an image on one of them; without a host it is Docker's. */
export function isPublicImage(word: Text): boolean {
  const host = hostOf(word);
  return IMAGE.test(textOf(word) ?? "?") && (host === undefined || isImageRegistry(host));
}

/** Whether a word names an image with a registry that is none of them and no service of this machine. */
export function isOfStrangeRegistry(word: Text): boolean {
  const host = hostOf(word);
  return host !== undefined && !isImageRegistry(host) && !isLoopback(host.replace(/:\d+$/, ""));
}

/** The host that an image comes from by its name. */
export function registryOf(name: string): string {
  return hostOf(literal(name)) ?? "docker.io";
}

const IMAGE = /^[\w][\w./:@-]*$/;

/** The host in front of the name of an image, which has a dot or a port. */
function hostOf(word: Text): string | undefined {
  const [host = "", ...rest] = (textOf(word) ?? "").split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(host) || host === "localhost");
  return isHost ? host : undefined;
}

/** What is known of images that a call names. */
export const ASKS_IMAGES: Verb = {
  effects: (call, context) => {
    const isKnown = call.operands.every(isPublicImage);
    return (isKnown ? asksAccount() : talksTo(undefined)).effects(call, context);
  },
};
