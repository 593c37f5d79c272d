// Containers of `devcontainer.json`.
import type { Container, ContainerInputs, Said } from "../container.ts";
import { filesIn } from "../looking.ts";
import { joinPath } from "#base/path.ts";
import { textsOfTree } from "../texts/json-strings.ts";
import { readJsonc } from "../texts/jsonc.ts";
import { joined, mountSource } from "./options.ts";
import { type JsonNode, memberOf, placeIn, toJson } from "#govern/settings/json-text.ts";

/** One container of each dev container's file. */
export function devContainers({ repository }: ContainerInputs): readonly Container[] {
  return filesIn([repository], /(?:^|\/)\.?devcontainer\.json$/).flatMap((file): Container[] => {
    const root = readJsonc(file.text ?? "", file.shown);
    if (root?.kind !== "object") return [];
    const settings = new DevContainer(root, file.text ?? "");
    const folder = file.path.replace(/[^/]*$/, "");
    const build = settings.dockerfile();
    const built =
      build === undefined ? "" : (repository.files.get(`${folder}${build.text}`)?.text ?? "");
    return [
      {
        kind: "devcontainer",
        file,
        line: 1,
        hasClient: true,
        text: `${file.text ?? ""}\n${built}`,
        image: settings.said("image"),
        user: settings.said("remoteUser") ?? settings.said("containerUser"),
        mounts: settings.mounts(),
        options: settings.options(),
        variables: settings.variables(),
        commands: COMMANDS.flatMap((key) => settings.texts(key)),
        built: build === undefined ? undefined : joinPath(`/${folder}`, build.text).slice(1),
      },
    ];
  });
}

const COMMANDS = [
  "initializeCommand",
  "onCreateCommand",
  "updateContentCommand",
  "postCreateCommand",
  "postStartCommand",
  "postAttachCommand",
];
const SOURCE = /(?:^|,)(?:source|src)=([^,]+)/;
const NOTHING: JsonNode = { kind: "scalar", value: null, start: 0, end: 0 };

/** One `devcontainer.json`, and where its members stand. */
class DevContainer {
  readonly #root: JsonNode;
  readonly #text: string;

  constructor(root: JsonNode, text: string) {
    this.#root = root;
    this.#text = text;
  }

  /** All texts of a member, however deep. */
  texts(key: string): readonly Said[] {
    return this.#textsIn(this.#member(key));
  }

  said(key: string): Said | undefined {
    return this.texts(key)[0];
  }

  dockerfile(): Said | undefined {
    return (
      this.#textsIn(memberOf(this.#member("build"), "dockerfile"))[0] ?? this.said("dockerFile")
    );
  }

  mounts(): readonly Said[] {
    const mounts = this.#member("mounts");
    const runArgs = this.texts("runArgs");
    return [
      ...(mounts?.kind === "array" ? mounts.elements : []).flatMap((one): Said[] => {
        const source =
          one.kind === "object"
            ? this.#textsIn(memberOf(one, "source"))[0]?.text
            : SOURCE.exec(this.#textsIn(one)[0]?.text ?? "")?.[1];
        return source === undefined ? [] : [{ text: source, line: this.#lineAt(one.start) }];
      }),
      ...runArgs.flatMap(({ text, line }, index) =>
        mountSource(text, runArgs[index - 1]?.text).map((source) => ({ text: source, line })),
      ),
      ...this.texts("workspaceMount").flatMap(({ text, line }) => {
        const source = SOURCE.exec(text)?.[1];
        return source === undefined ? [] : [{ text: source, line }];
      }),
    ];
  }

  options(): readonly Said[] {
    const features = this.#member("features");
    const privileged = this.#member("privileged");
    return [
      ...joined(this.texts("runArgs")),
      ...(toJson(privileged ?? NOTHING) === true
        ? [{ text: "--privileged", line: this.#lineAt(privileged?.start ?? 0) }]
        : []),
      ...this.texts("capAdd").map(({ text, line }) => ({ text: `--cap-add=${text}`, line })),
      ...this.texts("securityOpt").map(({ text, line }) => ({
        text: `--security-opt=${text}`,
        line,
      })),
      ...(features?.kind === "object" ? features.members : []).map(({ key, start }) => ({
        text: `feature=${key}`,
        line: this.#lineAt(start),
      })),
    ];
  }

  variables(): Container["variables"] {
    return ["containerEnv", "remoteEnv"].flatMap((key) => {
      const node = this.#member(key);
      return node?.kind === "object"
        ? node.members.map(({ key: name, start, value }) => ({
            text: name,
            name,
            line: this.#lineAt(start),
            hasValue: toJson(value) !== "" && toJson(value) !== null,
          }))
        : [];
    });
  }

  #member(key: string): JsonNode | undefined {
    return memberOf(this.#root, key);
  }

  #textsIn(node: JsonNode | undefined): readonly Said[] {
    return node === undefined
      ? []
      : textsOfTree(node).map(({ text, start }) => ({ text, line: this.#lineAt(start) }));
  }

  #lineAt(start: number): number {
    return placeIn(this.#text, start).line;
  }
}
