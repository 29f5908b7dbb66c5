/* Prints the remainder of two numbers, as `expr A % B` does, without what loading its libraries costs.
 *
 *   gcc -O2 -static -o remainder remainder.c
 */
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
    return count == 3 && printf("%ld\n", atol(words[1]) % atol(words[2])) > 0 ? 0 : 2;
}
