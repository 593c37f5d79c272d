// What came from the network and is handed on to an interpreter on another machine or in a container: code that nobody has read runs there.
import { EMPTY, sourcesOf, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { isLoopback } from "../network/destination.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { runsFrom } from "./project-scripts.ts";

/** Programs that run a command elsewhere with what they are given on their input. */
const CARRIERS =
  /^(?:ssh|mosh|kubectl|oc|k|docker|podman|nerdctl|lxc|incus|limactl|multipass|vagrant|gcloud|flyctl|fly|heroku|wsl|machinectl|systemd-run|nsenter|chroot|apptainer|singularity)$/;
const INTERPRETER =
  /^(?:\/(?:usr\/)?(?:local\/)?bin\/)?(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|node|ruby|perl|php)$/;
/** What a cluster or an engine makes of its input: everything in it runs. */
const APPLIES = /(?:^| )(?:apply|create|replace|run) (?:.* )?(?:-f|--filename)(?: |=)-(?: |$)/;

/** Consequence of a call whose input came from a host that nobody configured. */
export function handsOn(
  name: string,
  args: readonly Text[],
  stdin: TextSet | undefined,
): readonly Consequence[] {
  if (stdin === undefined || !CARRIERS.test(name)) return [];
  if (!sourcesOf(stdin ?? EMPTY).some(isStranger)) return [];
  const words = args.map((word) => textOf(word) ?? "");
  const operands = words.filter((word) => !word.startsWith("-"));
  // Without a command a shell of the other machine reads the input.
  const isLogin = name === "ssh" && operands.length === 1;
  const last = words.flatMap((word) => word.split(/\s+/));
  const runs =
    isLogin || last.some((word) => INTERPRETER.test(word)) || APPLIES.test(words.join(" "));
  return runs ? [runsFrom(name, "download")] : [];
}

function isStranger(source: DataSource): boolean {
  if (source.kind !== "network") return false;
  const { known, host } = source.destination;
  return known === undefined && !isLoopback(host ?? "");
}
