import { defineConfig } from '@hey-api/openapi-ts';

export default defineConfig({
  input: process.env.NEXUS_OPENAPI ?? '../docs/reference/openapi.json',
  output: { path: 'src/api/generated' },
  plugins: [
    { name: '@hey-api/client-fetch', runtimeConfigPath: './src/api/runtime', throwOnError: true },
    '@hey-api/typescript',
    // The session's fetch carries the token.
    { name: '@hey-api/sdk', auth: false },
    { name: '@tanstack/react-query', infiniteQueryOptions: false, mutationOptions: false },
  ],
});
