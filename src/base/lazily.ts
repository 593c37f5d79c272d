// Values that are made when they are first needed: what every start loads and few calls use.

/** A function that makes its value at the first call and gives the same from then on. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
