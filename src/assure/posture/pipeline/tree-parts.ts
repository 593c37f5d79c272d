// Parts that the pipelines of all systems are made of, taken out of a tree: names with values, references, scripts.
import type { Container, Reference, Script, Setting } from "./pipeline.ts";
import { entriesOf, itemsOf, placeInText, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** The entries of a mapping whose values are texts. */
export function settingsOf(tree: Tree | undefined): readonly Setting[] {
  return entriesOf(tree).flatMap(({ key, at, value }) => {
    const text = textOf(value) ?? (value.kind === "nothing" ? "" : undefined);
    return text === undefined
      ? []
      : [{ name: key, value: text, at: value.kind === "text" ? value.at : at }];
  });
}

/** A text as something that is fetched by it. */
export function referenceOf(tree: Tree | undefined): Reference | undefined {
  return tree?.kind === "text" ? { text: tree.text.trim(), at: tree.at } : undefined;
}

/** A text as commands. */
export function scriptOf(tree: Tree | undefined, isPosix: boolean): Script | undefined {
  if (tree?.kind !== "text") return undefined;
  return { text: tree.text, at: tree.at, isPosix, place: (offset) => placeInText(tree, offset) };
}

/** An image, by its name alone or with what else is said of it. */
export function containerOf(tree: Tree | undefined, isOwn: boolean): Container | undefined {
  const image = referenceOf(tree) ?? referenceOf(valueAt(tree, "image") ?? valueAt(tree, "name"));
  if (image === undefined || image.text === "") return undefined;
  const volumes = itemsOf(valueAt(tree, "volumes")).flatMap((one) => textOf(one) ?? []);
  const user = textOf(valueAt(tree, "docker", "user")) ?? textOf(valueAt(tree, "user"));
  const options = textOf(valueAt(tree, "options")) ?? "";
  return {
    ...image,
    volumes,
    isOwn,
    options: user === undefined ? options : `${options} --user ${user}`.trim(),
  };
}

/** What inputs are where nobody says otherwise: `default` of each, by its name behind `kind` and a dot. */
export function defaultsOf(inputs: Tree | undefined, kind: string): readonly Setting[] {
  return entriesOf(inputs).flatMap(({ key, at, value }) => {
    const text = textOf(valueAt(value, "default"));
    return text === undefined ? [] : [{ name: `${kind}.${key}`, value: text, at }];
  });
}

/** Those of several values that there are. */
export function known<Value>(...values: readonly (Value | undefined)[]): readonly Value[] {
  return values.flatMap((value) => value ?? []);
}
