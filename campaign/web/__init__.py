"""The toolbox, base form, audience marks, error pages, security headers, languages."""
