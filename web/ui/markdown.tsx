import ReactMarkdown from 'react-markdown';

const components = {
  // A remote image would tell its server who opened the file; headings belong to the page.
  img: ({ alt }: { readonly alt?: string | undefined }) => <>{alt}</>,
  a: ({ href, children }: { readonly href?: string | undefined; readonly children?: React.ReactNode }) =>
    // The renderer empties addresses that are not of the web.
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ) : (
      <>{children}</>
    ),
};

/** Markdown without raw HTML or images: the text of a file never becomes markup of the page. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="markdown">
      <ReactMarkdown skipHtml components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
