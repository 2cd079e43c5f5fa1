import { expect, test } from 'vitest';
import { ApiError } from '@/api/errors';
import { queryClient } from './queryClient';

const refusal = (status: number) => new ApiError({ status, code: 'NO', message: 'No.', retryAfter: 0.01 });

test.each([
  [429, 2],
  [503, 2],
  [404, 1],
])('a read that was answered with %i is asked for %i times', async (status, times) => {
  let asked = 0;
  const queryFn = async () => {
    asked += 1;
    if (asked === 1) throw refusal(status);
    return 'found';
  };
  await queryClient
    .fetchQuery({ queryKey: ['read', status], queryFn, retry: queryClient.getDefaultOptions().queries?.retry ?? false })
    .catch(() => undefined);
  expect(asked).toBe(times);
});
