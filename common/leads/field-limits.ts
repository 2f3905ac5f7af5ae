/** What a submission's fields may hold, in characters. */
export const fieldLimits = { name: 100, email: 254 } as const;
