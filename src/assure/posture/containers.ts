// Containers as a repository describes them: Dockerfiles, compose services, dev containers, pods and `docker run` lines, in one form.
import { mountSource } from "./checks/mcp.ts";
import type { Container, Said } from "./container.ts";
import { filesIn, linesOf } from "./looking.ts";
import { podContainers } from "./pods.ts";
import { packageScripts, scriptFiles } from "./scripts-seen.ts";
import type { Sights } from "./sights.ts";
import { readDockerfile } from "./texts/dockerfile.ts";
import { readJsonc } from "./texts/jsonc.ts";
import { textsOfTree } from "./texts/json-strings.ts";
import { type JsonNode, memberOf, placeIn, toJson } from "#govern/settings/json-text.ts";

const CLIENT =
  /@anthropic-ai\/claude-code|\bclaude-code\b|\bclaude\b(?![.-]?(?:md|json|desktop))|anthropic\.claude|claude\.ai\/install/i;

/** Every container that the repository describes. */
export function containersOf(sights: Sights): readonly Container[] {
  return [
    ...dockerfiles(sights),
    ...compose(sights),
    ...devContainers(sights),
    ...runLines(sights),
    ...podContainers(sights, (text) => CLIENT.test(text)),
  ];
}

function dockerfiles({ repository }: Sights): readonly Container[] {
  return filesIn(
    [repository],
    /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.(?:dockerfile|Dockerfile)$/,
  ).map((file) => {
    const all = readDockerfile(file.text ?? "");
    const last = all.at(-1)?.stage ?? 0;
    const stages = new Map(
      all
        .filter(({ name }) => name === "FROM")
        .map(({ rest, stage }) => [/\sas\s+(\S+)/i.exec(rest)?.[1]?.toLowerCase(), stage]),
    );
    const chain = chainOf(all, stages, last);
    const own = all.filter(({ stage }) => chain.includes(stage));
    const user = own.findLast(({ name }) => name === "USER");
    const from = own.find(({ name, stage }) => name === "FROM" && stage === chain[0]);
    const image = from?.rest.replaceAll(/--\w+=\S+\s*/g, "").split(/\s+/)[0];
    const argument = /^\$\{?(\w+)/.exec(image ?? "")?.[1];
    const resolved =
      argument === undefined
        ? image
        : (all
            .find(({ name, rest }) => name === "ARG" && rest.startsWith(`${argument}=`))
            ?.rest.slice(argument.length + 1) ?? image);
    return {
      ...{ kind: "dockerfile", file, line: from?.line ?? 1, text: file.text ?? "" },
      hasClient: CLIENT.test(own.map(({ rest }) => rest).join("\n")),
      image:
        resolved === undefined || from === undefined
          ? undefined
          : { text: resolved.replaceAll(/["']/g, ""), line: from.line },
      user: user === undefined ? undefined : { text: user.rest, line: user.line },
      mounts: [],
      options: [],
      variables: own
        .filter(({ name }) => name === "ENV")
        .map(({ rest, line }) => ({
          text: rest,
          line,
          name: /^[\w]+/.exec(rest)?.[0] ?? "",
          hasValue: true,
        })),
      commands: own
        .filter(({ name }) => /^(?:RUN|CMD|ENTRYPOINT)$/.test(name))
        .map(({ rest, line }) => ({
          text: rest.replaceAll(/","\s*"?|",\s*"|^\["|"\]$/g, " "),
          line,
        })),
    } satisfies Container;
  });
}

/** Stages that the last one is built on, the first one first. */
function chainOf(
  all: ReturnType<typeof readDockerfile>,
  stages: ReadonlyMap<string | undefined, number>,
  last: number,
): readonly number[] {
  const chain: number[] = [];
  let stage: number | undefined = last;
  while (stage !== undefined && stage > 0 && !chain.includes(stage)) {
    chain.unshift(stage);
    const from = all.find((one) => one.name === "FROM" && one.stage === stage);
    const base = from?.rest
      .replaceAll(/--\w+=\S+\s*/g, "")
      .split(/\s+/)[0]
      ?.toLowerCase();
    stage = base === undefined ? undefined : stages.get(base);
  }
  return chain;
}

function compose({ repository, yaml }: Sights): readonly Container[] {
  return filesIn([repository], /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/).flatMap((file) => {
    const reading = yaml(file);
    if (reading.kind === "fault") return [];
    return Object.entries(objectOf(member(reading.value, "services"))).map(
      ([name, service]): Container => {
        const at = (...path: (string | number)[]) =>
          reading.place(["services", name, ...path]).line;
        const said = (key: string): Said | undefined => {
          const value = member(service, key);
          return typeof value === "string" || typeof value === "number"
            ? { text: String(value), line: at(key) }
            : undefined;
        };
        const items = (key: string): readonly Said[] => {
          const value = member(service, key);
          if (typeof value === "string") return [{ text: value, line: at(key) }];
          return listOf(value).flatMap((one, index) =>
            typeof one === "string" ? [{ text: one, line: at(key, index) }] : [],
          );
        };
        const build = member(service, "build");
        const folder = (typeof build === "string" ? build : wordOf(member(build, "context")))
          .replace(/^\.\/?/, "")
          .replace(/\/$/, "");
        const dockerfile =
          build === undefined
            ? undefined
            : repository.files.get(
                [folder, wordOf(member(build, "dockerfile")) || "Dockerfile"]
                  .filter((one) => one !== "")
                  .join("/"),
              );
        const text = JSON.stringify(service) ?? "";
        const environment = member(service, "environment");
        return {
          ...{ kind: "compose", file, line: at(), text },
          hasClient: CLIENT.test(`${name} ${text}`) || CLIENT.test(dockerfile?.text ?? ""),
          image: said("image"),
          user: said("user"),
          mounts: [
            ...items("volumes").flatMap(({ text: one, line }) => {
              const source = /^([^:]+):/.exec(one)?.[1];
              return source === undefined ? [] : [{ text: source, line }];
            }),
            ...listOf(member(service, "volumes")).flatMap((one, index) => {
              const source = member(one, "source");
              return typeof source === "string"
                ? [{ text: source, line: at("volumes", index) }]
                : [];
            }),
          ],
          options: [
            ...(member(service, "privileged") === true
              ? [{ text: "--privileged", line: at("privileged") }]
              : []),
            ...(member(service, "read_only") === true
              ? [{ text: "--read-only", line: at("read_only") }]
              : []),
            ...items("cap_add").map(({ text: one, line }) => ({ text: `--cap-add=${one}`, line })),
            ...items("cap_drop").map(({ text: one, line }) => ({
              text: `--cap-drop=${one}`,
              line,
            })),
            ...items("security_opt").map(({ text: one, line }) => ({
              text: `--security-opt=${one.replace(":", "=")}`,
              line,
            })),
            ...items("tmpfs").map(({ text: one, line }) => ({ text: `--tmpfs=${one}`, line })),
            ...items("env_file").map(({ text: one, line }) => ({
              text: `--env-file=${one}`,
              line,
            })),
            ...(
              [
                ["network_mode", "network"],
                ["pid", "pid"],
                ["ipc", "ipc"],
                ["userns_mode", "userns"],
              ] as const
            ).flatMap(([key, option]) => {
              const one = said(key);
              return one === undefined ? [] : [{ text: `--${option}=${one.text}`, line: one.line }];
            }),
            ...items("volumes").map(({ text: one, line }) => ({ text: `--volume=${one}`, line })),
          ],
          variables: Array.isArray(environment)
            ? environment.flatMap((one: unknown, index) =>
                typeof one === "string" ? [variableOf(one, at("environment", index))] : [],
              )
            : Object.entries(objectOf(environment)).map(([key, value]) => ({
                text: `${key}=${String(value)}`,
                line: at("environment", key),
                name: key,
                hasValue: value !== null && value !== "",
              })),
          commands:
            [...items("command"), ...items("entrypoint")].length === 0
              ? []
              : [
                  {
                    text: [...items("entrypoint"), ...items("command")]
                      .map(({ text: one }) => one)
                      .join(" "),
                    line: at("command"),
                  },
                ],
        };
      },
    );
  });
}

function devContainers({ repository }: Sights): readonly Container[] {
  return filesIn([repository], /(?:^|\/)\.?devcontainer\.json$/).flatMap((file): Container[] => {
    const root = readJsonc(file.text ?? "", file.shown);
    if (root?.kind !== "object") return [];
    const lineAt = (node: JsonNode | undefined) => placeIn(file.text ?? "", node?.start ?? 0).line;
    const texts = (node: JsonNode | undefined): readonly Said[] =>
      node === undefined
        ? []
        : textsOfTree(node).map(({ text, start }) => ({
            text,
            line: placeIn(file.text ?? "", start).line,
          }));
    const said = (...keys: string[]): Said | undefined =>
      keys.flatMap((key) => texts(memberOf(root, key)))[0];
    const runArgs = texts(memberOf(root, "runArgs"));
    const mounts = memberOf(root, "mounts");
    const variables = ["containerEnv", "remoteEnv"].flatMap((key) => {
      const node = memberOf(root, key);
      return node?.kind === "object"
        ? node.members.map(({ key: name, start, value }) => ({
            text: name,
            name,
            line: placeIn(file.text ?? "", start).line,
            hasValue: toJson(value) !== "" && toJson(value) !== null,
          }))
        : [];
    });
    const features = memberOf(root, "features");
    const folder = file.path.replace(/[^/]*$/, "");
    const build =
      texts(memberOf(memberOf(root, "build"), "dockerfile"))[0] ??
      texts(memberOf(root, "dockerFile"))[0];
    return [
      {
        ...{ kind: "devcontainer", file, line: 1, hasClient: true },
        text: `${file.text ?? ""}\n${build === undefined ? "" : (repository.files.get(`${folder}${build.text}`)?.text ?? "")}`,
        image: said("image"),
        user: said("remoteUser") ?? said("containerUser"),
        mounts: [
          ...(mounts?.kind === "array" ? mounts.elements : []).flatMap((one): Said[] => {
            const source =
              one.kind === "object"
                ? texts(memberOf(one, "source"))[0]?.text
                : /(?:^|,)(?:source|src)=([^,]+)/.exec(texts(one)[0]?.text ?? "")?.[1];
            return source === undefined ? [] : [{ text: source, line: lineAt(one) }];
          }),
          ...runArgs.flatMap(({ text, line }, index) =>
            mountSource(text, runArgs[index - 1]?.text).map((source) => ({ text: source, line })),
          ),
          ...texts(memberOf(root, "workspaceMount")).flatMap(({ text, line }) => {
            const source = /(?:^|,)(?:source|src)=([^,]+)/.exec(text)?.[1];
            return source === undefined ? [] : [{ text: source, line }];
          }),
        ],
        options: [
          ...joined(runArgs),
          ...(toJson(
            memberOf(root, "privileged") ?? { kind: "scalar", value: null, start: 0, end: 0 },
          ) === true
            ? [{ text: "--privileged", line: lineAt(memberOf(root, "privileged")) }]
            : []),
          ...texts(memberOf(root, "capAdd")).map(({ text, line }) => ({
            text: `--cap-add=${text}`,
            line,
          })),
          ...texts(memberOf(root, "securityOpt")).map(({ text, line }) => ({
            text: `--security-opt=${text}`,
            line,
          })),
          ...(features?.kind === "object" ? features.members : []).map(({ key, start }) => ({
            text: `feature=${key}`,
            line: placeIn(file.text ?? "", start).line,
          })),
        ],
        variables,
        commands: [
          "initializeCommand",
          "onCreateCommand",
          "updateContentCommand",
          "postCreateCommand",
          "postStartCommand",
          "postAttachCommand",
        ].flatMap((key) => texts(memberOf(root, key))),
      },
    ];
  });
}

function runLines(sights: Sights): readonly Container[] {
  const lines = [
    ...scriptFiles(sights).flatMap((file) =>
      linesOf(file).map(({ line, text }) => ({ file, line, text })),
    ),
    ...packageScripts(sights).map(({ file, line, command }) => ({ file, line, text: command })),
    ...filesIn([sights.repository], /(?:^|\/)(?:README|CLAUDE|CONTRIBUTING)\.md$/i).flatMap(
      (file) => linesOf(file).map(({ line, text }) => ({ file, line, text })),
    ),
  ];
  return lines
    .filter(
      ({ text }) =>
        !/^\s*(?:#|echo\b)/.test(text) &&
        /\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\b/.test(text),
    )
    .map(({ file, line, text }): Container => {
      const words = (
        text
          .replace(/^.*?\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\s/, "")
          .match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
      ).map((word) => word.replaceAll(/["']/g, ""));
      const said = words.map((one) => ({ text: one, line }));
      const image = imageAt(words);
      const user = valueOf(words, /^(?:-u|--user)$/, /^--user=(.+)$/);
      return {
        ...{ kind: "run", file, line, text },
        hasClient: CLIENT.test(text) || CLIENT.test(file.path),
        image: image === undefined ? undefined : { text: image, line },
        user: user === undefined ? undefined : { text: user, line },
        mounts: words.flatMap((word, index) =>
          mountSource(word, words[index - 1]).map((source) => ({ text: source, line })),
        ),
        options: joined(said),
        variables: words.flatMap((word, index) => {
          const attached = /^--env=(.+)$/.exec(word)?.[1];
          const given =
            attached ?? (/^(?:-e|--env)$/.test(words[index - 1] ?? "") ? word : undefined);
          return given === undefined ? [] : [variableOf(given, line)];
        }),
        commands: [{ text, line }],
      };
    });
}

function variableOf(text: string, line: number) {
  const [, name = text, value] = /^([\w]+)=(.*)$/s.exec(text) ?? [];
  return { text: name, line, name, hasValue: value !== undefined && value !== "" };
}

/** Options with their values, `--name value` and `--name=value` alike; a short `-v` becomes its long form. */
function joined(words: readonly Said[]): readonly Said[] {
  return words.flatMap(({ text, line }, index): Said[] => {
    if (!text.startsWith("-")) return [];
    const next = words[index + 1]?.text;
    const name = text
      .replace(/^-v(?=$|=)/, "--volume")
      .replace(/^--net(?=$|=)/, "--network")
      .replace(/^-u$/, "--user");
    if (name.includes("=") || next === undefined || next.startsWith("-"))
      return [{ text: name, line }];
    return [{ text: `${name}=${next}`, line }];
  });
}

function valueOf(words: readonly string[], apart: RegExp, attached: RegExp): string | undefined {
  for (const [index, word] of words.entries()) {
    const value = attached.exec(word)?.[1];
    if (value !== undefined) return value;
    if (apart.test(word)) return words[index + 1];
  }
  return undefined;
}

const WITH_VALUE =
  /^(?:-[a-z]*[evplhuwm]|--(?:env|env-file|volume|publish|expose|label|name|hostname|user|workdir|memory|cpus|network|net|mount|tmpfs|cap-add|cap-drop|security-opt|device|entrypoint|add-host|dns|ip|pid|ipc|userns|ulimit|restart|platform|pull|runtime|shm-size|gpus|pids-limit|log-driver|log-opt|group-add|sysctl))$/;

function imageAt(words: readonly string[]): string | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (WITH_VALUE.test(word)) index += 1;
    else if (!word.startsWith("-")) return word;
  }
  return undefined;
}

function member(value: unknown, key: string): unknown {
  return objectOf(value)[key];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
