// What lists are narrowed by on each page alike: how far back, in the form of a filter, and the project.
import { useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Choice } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";

const TIMES = [
  { value: "", label: "Any time" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
] as const;

export function TimeChoice(props: {
  readonly value: string;
  readonly onChoose: (value: string) => void;
}) {
  const { value, onChoose } = props;
  const known = TIMES.some((one) => one.value === value);
  return (
    <Choice
      label="Time"
      value={value}
      options={known ? TIMES : [...TIMES, { value, label: plainLine(value, 60) }]}
      onChoose={onChoose}
    />
  );
}

/** Projects of the register, whatever the list holds; machines of a team. */
export function NarrowProject(props: {
  readonly value: string;
  readonly onChoose: (value: string) => void;
}) {
  const isTeam = (useMe().team ?? null) !== null;
  const known = useResource<{ readonly projects?: readonly string[] }>("/sessions", { limit: 1 });
  const all = known.value?.projects ?? [];
  const named = props.value === "" || all.includes(props.value) ? all : [...all, props.value];
  return (
    <Choice
      label={isTeam ? "Machine" : "Project"}
      value={props.value}
      options={[
        { value: "", label: "Any" },
        ...named.map((value) => ({ value, label: plainLine(nameOf(value, named), 120) })),
      ]}
      onChoose={props.onChoose}
    />
  );
}

/** The folder's name; its whole path where another project has the same. */
function nameOf(path: string, all: readonly string[]): string {
  const last = (one: string) => one.slice(one.lastIndexOf("/") + 1);
  return all.filter((one) => last(one) === last(path)).length > 1 ? path : last(path);
}
