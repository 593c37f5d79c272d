// The filter language's input: words are completed as they are typed, Enter searches.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { type FilterWord, completions, completed } from "./filter-words.ts";
import { Text } from "./text.tsx";

const SHOWN_MAX = 8;

export function Filter(props: {
  readonly label: string;
  readonly value: string;
  readonly words: readonly FilterWord[];
  readonly onSearch: (text: string) => void;
  readonly placeholder?: string;
  readonly problem?: string | undefined;
}) {
  const { label, value, words, onSearch, problem } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(value.length);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  useEffect(() => setText(value), [value]);
  const found = isOpen ? completions(text, cursor, words).slice(0, SHOWN_MAX) : [];
  const take = (word: string) => {
    const next = completed(text, cursor, word);
    setText(next.text);
    setCursor(next.cursor);
    setChosen(-1);
    const element = input.current;
    if (element === null) return;
    element.focus();
    element.value = next.text;
    element.setSelectionRange(next.cursor, next.cursor);
  };
  const onKey = (event: KeyboardEvent) => {
    const last = found.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen(chosen + step > last ? -1 : chosen + step < -1 ? last : chosen + step);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      setOpen(false);
      setChosen(-1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const word = found[chosen]?.word;
      if (word !== undefined) return take(word);
      setOpen(false);
      onSearch(text.trim());
    }
  };
  return (
    <div class="filter" role="search">
      <label class="unseen" for={id}>
        {label}
      </label>
      <div class="filter-line">
        <input
          ref={input}
          id={id}
          class="input input-code"
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(chosen >= 0 ? { "aria-activedescendant": `${id}-${chosen}` } : {})}
          {...(problem === undefined
            ? {}
            : { "aria-invalid": true, "aria-describedby": `${id}-bad` })}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          maxLength={4_096}
          placeholder={props.placeholder ?? ""}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setCursor(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
            setOpen(true);
            setChosen(-1);
          }}
          onKeyDown={onKey}
          onBlur={() => setOpen(false)}
        />
        <button type="button" class="button" onClick={() => onSearch(text.trim())}>
          Search
        </button>
      </div>
      <ul
        class="filter-words"
        id={`${id}-list`}
        role="listbox"
        aria-label="Completions"
        hidden={found.length === 0}
      >
        {found.map(({ word, about }, place) => (
          <li
            key={word}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === chosen}
            // WHY here: a click would come after the input has lost the focus and closed the list.
            onMouseDown={(event) => {
              event.preventDefault();
              take(word);
            }}
          >
            <code>{word}</code>
            <span class="quiet">
              <Text value={about} limit={120} isBrief />
            </span>
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p class="field-problem" id={`${id}-bad`} role="alert">
          <Text value={problem} />
        </p>
      )}
    </div>
  );
}
