import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What the built page may do: run its own scripts and workers, nothing from elsewhere, no `eval`.
 * A shared link or file is hostile until proven otherwise, so this is the second line of defence
 * behind never turning text into markup. Styles come from files too: React Flow, uPlot and Recharts
 * place things through the style objects of elements, which the policy allows.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  // The engine's kernel is a WebAssembly module.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page in a process of its own, so that precise timers and, later, shared memory are allowed. */
const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The policy goes into the built page only: the development server injects scripts of its own. */
function policyInPage(): Plugin {
  return {
    name: 'fanout-lab:content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('./web', import.meta.url)),
  base: './',
  plugins: [react(), policyInPage()],
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('./dist/site', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined fonts and images would need `data:` in more places of the policy.
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: false,
    headers: isolationHeaders,
    fs: { allow: [fileURLToPath(new URL('.', import.meta.url))] },
  },
  preview: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: false,
    headers: {
      ...isolationHeaders,
      'Content-Security-Policy': `${contentSecurityPolicy}; frame-ancestors 'self'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  },
});
