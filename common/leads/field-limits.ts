/** The longest values of a submission's fields, in characters. */
export const fieldLimits = { name: 100, email: 254 } as const;
