"""The Customer experience report: what it shows, figure by figure, and the sentence it opens with."""
