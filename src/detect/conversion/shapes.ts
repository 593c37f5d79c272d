// How fields stand in the clear metadata of an event, for languages that have to know it beforehand; a test holds it against real events.

/** `map`: the names are the values. `maps`: a list of maps, of which each has the value. */
export type FieldShape = "one" | "list" | "map" | "maps";

const SHAPES: Readonly<Record<string, FieldShape>> = {
  doubts: "list",
  rules: "list",
  exceptions: "list",
  chains: "list",
  programs: "list",
  machinePorts: "list",
  pipeline: "list",
  requested: "list",
  orders: "list",
  effects: "map",
  detectors: "map",
  content: "map",
  changes: "map",
  sizes: "map",
  "suggestions.type": "maps",
  "suggestions.destination": "maps",
  "mods.origin": "maps",
  "mods.loaded": "maps",
  "mods.agreed": "maps",
  "extensions.kind": "maps",
  "extensions.origin": "maps",
  "extensions.loaded": "maps",
  "extensions.standing": "maps",
};

/** How a field stands in events: as one value where nothing else is said. */
export function shapeOf(field: string): FieldShape {
  return Object.hasOwn(SHAPES, field) ? (SHAPES[field] ?? "one") : "one";
}
