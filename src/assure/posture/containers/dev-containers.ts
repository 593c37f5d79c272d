// Containers of `devcontainer.json`.
import type { Container, Said } from "../container.ts";
import { filesIn } from "../looking.ts";
import type { AuditInputs } from "../inputs/audit-inputs.ts";
import { textsOfTree } from "../texts/json-strings.ts";
import { readJsonc } from "../texts/jsonc.ts";
import { joined, mountSource } from "./options.ts";
import { type JsonNode, memberOf, placeIn, toJson } from "#govern/settings/json-text.ts";

/** One container of each dev container's file. */
export function devContainers({ repository }: AuditInputs): readonly Container[] {
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
