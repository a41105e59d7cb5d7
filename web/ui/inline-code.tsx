/** A sentence whose `code` stands out, without a Markdown renderer for each sentence. */
export function InlineCode({ text }: { readonly text: string }) {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
