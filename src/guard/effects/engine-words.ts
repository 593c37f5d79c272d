// What an engine of containers is told to do with what it keeps, in words for a person, and why that matters.
import type { EngineAct } from "../vocabulary/effect.ts";

/** Names that stand in the line that people decide by. */
const NAMES_MAX = 2;

/** The rest of a sentence that begins with "this". */
export function engineInWords({ act, of, names, hosts }: EngineAct): string {
  const [some, many] = of === "image" ? ["image", "images"] : ["container", "containers"];
  const shown = names.slice(0, NAMES_MAX).map((name) => `\`${name}\``);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  const listed = `${shown.join(more === "" ? " and " : ", ")}${more}`;
  const what =
    of === "service"
      ? `${many} of this project${names.length === 0 ? "" : ` (${listed})`}`
      : names.length === 0
        ? many
        : `the ${names.length === 1 ? some : many} ${listed}`;
  const from = hosts.length === 0 ? "" : ` from ${hosts.map((one) => `\`${one}\``).join(", ")}`;
  switch (act) {
    case "bring":
      return names.length === 0
        ? `brings images that this project names${from}`
        : `brings ${names.length === 1 ? "the image" : "the images"} ${listed}${from}`;
    case "make":
      return `starts ${what}, and brings images that are missing`;
    case "take-down":
      return `stops and removes ${what}, with their networks`;
    case "run":
      return `runs ${listed === "" ? "an image" : listed} in a container of its own`;
    case "enter":
      return `runs a program in ${listed === "" ? "a container" : listed}`;
    case "start":
    case "restart":
    case "stop":
    case "kill":
    case "pause":
    case "remove":
      return `${act}s ${what}`;
    default:
      return act satisfies never;
  }
}

/** What is at stake where no code runs for it; undefined where some does. */
export function engineStakes({ act, of }: EngineAct): string | undefined {
  switch (act) {
    case "bring":
      return "code from others would come onto this machine; nothing of it runs by that";
    case "stop":
    case "kill":
    case "pause":
      return "whatever works with them is cut off until they run again";
    case "take-down":
      return "whatever works with them is cut off, and what they hold outside of volumes is gone";
    case "remove":
      return of === "image"
        ? "they have to be built or brought again"
        : "what they hold outside of volumes is gone";
    case "make":
    case "run":
    case "enter":
    case "start":
    case "restart":
      return undefined;
    default:
      return act satisfies never;
  }
}
