// What the words of a program without a model say: where its results go, whom it talks to, and what of others it changes.
import { isLoopback, parseDestination } from "../network/destination.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { writesElsewhere } from "../model/output-options.ts";
import { effect } from "../model/verbs.ts";

/** Characters of a call that is looked through. */
const LINE_CHARS_MAX = 1_024;

/** A place outside of the working directory. */
const OUTSIDE = /^(?:\/(?!dev\/|proc\/|sys\/)|~\/|\.\.(?:\/|$))/;

/** Verbs of making something at a place that is named behind them. */
const MAKES =
  /^(?:new|init|create|startproject|startapp|create-project|scaffold|bootstrap|generate|gen|clone|checkout|build|convert|export|extract|unpack|decompress|compile|render|bundle|package|pack|save|dump|backup|restore|download|fetch|install|copy|cp|mv|move|write|put|spit|edit|ed|set|apply|format|fix|--(?:del|set|merge|in-?place|write|fix|output-dir|dir|target-dir))$/;

/** Options whose value is a host, and a value that can be one. */
const HOST_OPTION =
  /^(?:-[hHsbau]|--?(?:host(?:name)?|server|broker|bootstrap-servers?|url|uri|endpoint|addr(?:ess)?|remote|peer|target|proxy|relay|gateway|connect|api|base-url|node))$/;
const HOST =
  /^(?:[a-z][\w+.-]*:\/\/)?(?:[\w.-]+@)?((?:[\w-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\])(?::\d+)?(?:[/?].*)?$/i;
/** Endings of names of files, which look like hosts. */
const FILE_ENDING =
  /\.(?:json|ya?ml|toml|txt|md|js|ts|py|rs|go|rb|sh|conf|cfg|ini|xml|html?|css|csv|sql|log|lock|env|db|c|h|java|kt|so|zip|gz|tgz|tar|png|jpe?g|svg|pdf|mdx?|tsx|jsx|local|localhost|internal)$/i;

/** What changes something that runs for others, as the first or second word or behind a colon. */
const CHANGES_OTHERS =
  /^(?:[\w-]+ |(?:[\w-]+:)+)?(?:destroy|terminate|undeploy|deploy|redeploy|rollback|decommission|deprovision|failover|poweroff|power (?:off|cycle|reset|down)|chassis power (?:off|cycle|reset|soft)|factory-reset|restart-all|delete|remove|purge|truncate)(?= |$)/;
const SHOWS_OTHERS = /^(?:[\w-]+ |(?:[\w-]+:)+)?(?:publish|unpublish|upload|submit)(?= |$)/;
const ONLY_TRIES =
  /(?:^| )(?:--dry-run|--dryrun|--check|--help|-h|--version|--local|--list|help)(?= |=|$)/;

/** Consequences of the words, beside whatever else the program may do. `isNamed`: it is called by name, not by its path. */
export function unmodelledProgramEffects(
  args: readonly Text[],
  isNamed: boolean,
): readonly Consequence[] {
  const words = args.map((word) => textOf(word) ?? "?");
  const line = words.join(" ");
  if (line.length > LINE_CHARS_MAX || ONLY_TRIES.test(line)) return [];
  const hosts = hostsIn(args);
  return [
    ...[...writesElsewhere(args.filter(isSure)), ...madePlaces(args, words)].map((one) =>
      brought(one, hosts),
    ),
    ...hosts.map(
      (source): Consequence => ({
        kind: "effect",
        effect: {
          kind: "egress",
          destination: source.destination,
          carries: [{ kind: "argument" }],
        },
      }),
    ),
    ...(isNamed && CHANGES_OTHERS.test(line)
      ? [
          effect<"deploy">({
            kind: "deploy",
            system: "what the program manages",
            operation: words.slice(0, 2).join(" "),
          }),
        ]
      : []),
    ...(isNamed && SHOWS_OTHERS.test(line)
      ? [
          effect<"publish">({
            kind: "publish",
            channel: "package",
            destination: undefined,
            refs: undefined,
          }),
        ]
      : []),
  ];
}

/** WHY: what leads up may be meant from a folder that the call names, and not from where it runs. */
function isSure(word: Text): boolean {
  return !/^(?:-[\w-]*=)?\.\./.test(knownPrefix(word));
}

/** What is written is of the hosts that the call names. */
function brought(one: Consequence, hosts: readonly DataSource[]): Consequence {
  return one.kind !== "writes" || hosts.length === 0
    ? one
    : { ...one, content: [[hole("dynamic-code", { sources: hosts })]] };
}

/** A verb of making, and a place outside behind it. */
function madePlaces(args: readonly Text[], words: readonly string[]): readonly Consequence[] {
  const at = words.findIndex((word) => MAKES.test(word));
  if (at < 0 || at > 2) return [];
  const place = args.findLast(
    (word, index) =>
      index > at &&
      OUTSIDE.test(knownPrefix(word)) &&
      (isSure(word) || words[index - 1]?.startsWith("-") !== true),
  );
  return place === undefined ? [] : [writes(place, "create", { reach: "tree" })];
}

/** Hosts beyond this machine that options or addresses name. */
export function hostsIn(
  args: readonly Text[],
): readonly Extract<DataSource, { readonly kind: "network" }>[] {
  return args.flatMap((word, at) => {
    const text = textOf(word) ?? "";
    const [option = "", glued] = text.split(/=(.*)/s);
    const value =
      glued !== undefined && HOST_OPTION.test(option)
        ? glued
        : HOST_OPTION.test(textOf(args[at - 1] ?? []) ?? "")
          ? text
          : /^[a-z][\w+.-]*:\/\//i.test(text) && !/^(?:file|unix|data):/i.test(text)
            ? text
            : "";
    const host = HOST.exec(value)?.[1]?.replaceAll(/[[\]]/g, "").toLowerCase();
    if (host === undefined || isLoopback(host) || FILE_ENDING.test(host)) return [];
    const destination = parseDestination(literal(value), "tcp");
    return [{ kind: "network" as const, destination: { ...destination, host } }];
  });
}
