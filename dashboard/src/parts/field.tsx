// A labelled input with what it is for and what is wrong with it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { plainLine } from "./marks.ts";

type FieldText = {
  readonly label: string;
  readonly help?: ComponentChildren;
  readonly problem?: string | undefined;
};

export function Field(
  props: FieldText & {
    readonly value: string;
    readonly onInput: (value: string) => void;
    readonly type?: "text" | "password" | "number" | "search" | "date" | "datetime-local";
    readonly inputMode?: "numeric" | "text";
    readonly autoComplete?: string;
    readonly isCode?: boolean;
    readonly isRequired?: boolean;
    readonly charsMax?: number;
    /** More than one line. */
    readonly rows?: number;
  },
) {
  const { label, help, problem, value, onInput, type = "text", rows } = props;
  const id = useId();
  const described = [
    help === undefined ? "" : `${id}-help`,
    problem === undefined ? "" : `${id}-bad`,
  ]
    .filter((one) => one !== "")
    .join(" ");
  const shared = {
    id,
    value,
    class: `input${props.isCode === true ? " input-code" : ""}`,
    maxLength: props.charsMax ?? 4_096,
    required: props.isRequired === true,
    ...(described === "" ? {} : { "aria-describedby": described }),
    ...(problem === undefined ? {} : { "aria-invalid": true as const }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...shared}
          // WHY: the types of attributes know each type by itself and no union of them.
          type={type as "text"}
          inputMode={props.inputMode ?? "text"}
          autoComplete={props.autoComplete ?? "off"}
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <textarea {...shared} rows={rows} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {help !== undefined && (
        <p class="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {problem !== undefined && (
        <p class="field-problem" id={`${id}-bad`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export function Choice<Value extends string>(
  props: FieldText & {
    readonly value: Value;
    readonly options: readonly { readonly value: Value; readonly label: string }[];
    readonly onChoose: (value: Value) => void;
  },
) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="input"
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) props.onChoose(chosen.value);
        }}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {plainLine(label, 200)}
          </option>
        ))}
      </select>
      {props.help !== undefined && <p class="field-help">{props.help}</p>}
    </div>
  );
}
